"""A small graph in the dialects that people write, and what is refused in each."""

import networkx as nx

from suasion.io import read_graph

# A triangle 1, 2, 3 with a tail 3, 4.
EDGES = [(1, 2), (1, 3), (2, 3), (3, 4)]
LISTED = "1 2\n1 3\n2 3\n3 4\n"
METIS = "2 3\n1 3\n1 2 4\n3\n"
MARKET = "%%MatrixMarket matrix coordinate pattern symmetric\n"


def read(folder, name, text):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_graph(path)


def columns(separator, more=""):
    return LISTED.replace(" ", separator).replace("\n", f"{more}\n")


SAME = {
    "blanks": ("g.edgelist", LISTED),
    "network repository": ("g.edges", LISTED),
    "windows": ("g.edgelist", LISTED.replace("\n", "\r\n")),
    "byte order mark": ("g.edgelist", "\ufeff" + LISTED),
    "tabs": ("g.edgelist", columns("\t")),
    "mixed white space": ("g.edgelist", columns(" \t ")),
    "commas": ("g.edgelist", columns(",")),
    "commas and blanks": ("g.edgelist", columns(" , ")),
    "semicolons": ("g.edgelist", columns(";")),
    "decimal commas": ("g.edgelist", columns(";", ";0,5")),
    "quotation marks": ("g.edgelist", '"1","2"\n"1","3"\n"2","3"\n"3","4"\n'),
    "weights": ("g.edgelist", columns(" ", " 0.5")),
    "weights that are also nodes": ("g.edgelist", columns(" ", " 2")),
    "times": ("g.edgelist", columns(" ", " 1 1082008561")),
    "attributes of networkx": ("g.edgelist", columns(" ", " {'weight': 3, 'of': 'a'}")),
    "empty attributes": ("g.edgelist", columns(",", ",{}")),
    "KONECT": ("g.edgelist", f"% sym unweighted\n% 4 4 4\n{LISTED}"),
    "SNAP": (
        "g.edgelist",
        f"# Undirected graph: g.txt\n# FromNodeId\tToNodeId\n{columns(chr(9))}",
    ),
    "SNAP, both ways": ("g.edgelist", "# Directed graph\n" + LISTED + "2 1\n3 1\n3 2\n4 3\n"),
    "slashes": ("g.edgelist", f"// a graph\n{LISTED}"),
    "comments at the end": ("g.edgelist", LISTED.replace("\n", " # end\n")),
    "percent at the end": ("g.edgelist", LISTED.replace("\n", " % end\n")),
    "header": ("g.edgelist", f"source target\n{LISTED}"),
    "header of three": ("g.edgelist", f"Source,Target,Weight\n{columns(',', ',1')}"),
    "header of Gephi": ("g.edgelist", f"Source,Target,Type\n{columns(',', ',Undirected')}"),
    "export of Gephi": (
        "g.edgelist",
        "Source,Target,Type,Id,Label,timeset,Weight\n" + columns(",", ",Undirected,0,,,1.0"),
    ),
    "header of a contest": ("g.edgelist", f"node_1,node_2\n{columns(',')}"),
    "header of letters": ("g.edgelist", f"u v\n{LISTED}"),
    "header from to": ("g.edgelist", f"from;to\n{columns(';')}"),
    "problem line": ("g.edgelist", f"c a graph\np edge 4 4\n{LISTED}"),
    "repeated": ("g.edgelist", f"{LISTED}2 1\n4 3\n"),
    "neighbours": ("g.adjlist", "1 2 3\n2 3\n3 4\n4\n"),
    "neighbours, both ways": ("g.adjlist", "1 2 3\n2 1 3\n3 1 2 4\n4 3\n"),
    "neighbours after colons": ("g.adjlist", "1: 2 3\n2: 1 3\n3: 1 2 4\n4: 3\n"),
    "neighbours with commas": ("g.adjlist", "% a graph\n1,2,3,\n2,3,,\n3,4,,\n"),
    "header of neighbours": ("g.adjlist", "node neighbors\n1 2 3\n2 3\n3 4\n"),
    "DIMACS": ("g.col", "c g\np edge 4 4\ne 1 2\ne 1 3\ne 2 3\ne 3 4\n"),
    "DIMACS, both ways": (
        "g.col",
        "p col 4 4\ne 1 2\ne 2 1\ne 1 3\ne 3 1\ne 2 3\ne 3 2\ne 3 4\ne 4 3\n",
    ),
    "clique": ("g.clq", "c g\np col 4 4\nn 2 7\ne 1 2\ne 1 3\ne 2 3\ne 3 4\n"),
    "geometric": ("g.col", f"p edge 4 4\nd 2\nv 0.1 0.2\nx 3\n{LISTED}"),
    "treewidth": ("g.gr", f"c g\np tw 4 4\n{LISTED}"),
    "vertex cover": ("g.gr", f"p td 4 4\nc here\n{LISTED}"),
    "dominating set": ("g.gr", f"p ds 4 4\n{LISTED}"),
    "shortest paths": (
        "g.gr",
        "p sp 4 8\n" + "".join(f"a {u} {v} 9\na {v} {u} 9\n" for u, v in EDGES),
    ),
    "METIS": ("g.graph", f"% g\n4 4\n{METIS}"),
    "METIS by its name": ("g.metis", f"4 4 0\n{METIS}\n\n"),
    "METIS in .gr": ("g.gr", f"4 4\n{METIS}"),
    "METIS, weights of edges": ("g.graph", "4 4 1\n2 5 3 6\n1 5 3 7\n1 6 2 7 4 8\n3 8\n"),
    "METIS, weights of nodes": ("g.graph", "4 4 10\n9 2 3\n9 1 3\n9 1 2 4\n9 3\n"),
    "METIS, two weights": ("g.graph", "4 4 010 2\n9 1 2 3\n9 1 1 3\n9 1 1 2 4\n9 1 3\n"),
    "METIS, all": ("g.graph", "4 4 111\n1 9 2 5 3 6\n1 9 1 5 3 7\n1 9 1 6 2 7 4 8\n1 9 3 8\n"),
    "Matrix Market": ("g.mtx", f"{MARKET}% g\n4 4 4\n2 1\n3 1\n3 2\n4 3\n"),
    "Matrix Market, values": (
        "g.mtx",
        f"{MARKET.replace('pattern', 'real')}4 4 4\n2 1 .5\n3 1 1e3\n3 2 -1\n4 3 1\n",
    ),
    "Matrix Market, general": (
        "g.mtx",
        MARKET.replace("symmetric", "general") + "4 4 8\n2 1\n1 2\n3 1\n1 3\n3 2\n2 3\n4 3\n3 4\n",
    ),
    "Matrix Market, dense": (
        "g.mtx",
        "%%MatrixMarket matrix array integer symmetric\n4 4\n0\n1\n1\n0\n0\n1\n0\n0\n1\n0\n",
    ),
    "Matrix Market, dense, general": (
        "g.mtx",
        "%%MatrixMarket matrix array complex general\n4 4\n"
        + "".join(f"0 {v}\n" for v in (0, 1, 1, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0)),
    ),
    "Pajek": ("g.net", f"*Vertices 4\n*Edges\n{LISTED}"),
    "Pajek, labels": (
        "g.net",
        '*Network g\n*Vertices 4\n1 "1" 0.1 0.2\n2 "2"\n3 3\n4 "4" ic Red\n*Edges\n'
        + columns(" ", " 1"),
    ),
    "Pajek, lists": ("g.net", "% g\n*vertices 4\n*edgeslist\n1 2 3\n3 2 4\n"),
    "Pajek, arcs both ways": (
        "g.net",
        f"*Vertices 4\n*Arcs\n{LISTED}*Arcslist\n2 1\n3 1 2\n4 3\n",
    ),
}

REFUSED = {
    "line of one word": ("g.edgelist", "1 2\n3\n", "line 2 is '3'; write an edge as two nodes"),
    "counts": ("g.edgelist", f"4 4\n{LISTED}", r"line 1, '4 4', may be the numbers of nodes and"),
    "counts of more nodes": ("g.edgelist", f"9 4\n{LISTED}", r"write 'p edge 9 4'"),
    "counts of names": ("g.edgelist", "3 2\na b\nb c\n", "line 1, '3 2', may be the numbers"),
    "counts of a matrix": ("g.edges", f"% g\n4 4 4\n{LISTED}", "line 2, '4 4 4', may be the num"),
    "unknown header": ("g.edgelist", f"foo bar\n{LISTED}", "line 1, 'foo bar', has words and"),
    "header of other columns": ("g.edgelist", "id,source,target\n0,1,2\n", "line 1 is the header"),
    "directed by Gephi": (
        "g.edgelist",
        "Source,Target,Type\n1,2,Directed\n",
        "line 2: .*directed",
    ),
    "directed by KONECT": ("g.edgelist", f"% asym\n{LISTED}", "line 2: there is an arc from 1 to"),
    "directed by SNAP": (
        "g.edgelist",
        f"# Directed graph: g\n{LISTED}",
        "line 2: there is an arc",
    ),
    "bipartite by KONECT": (
        "g.edgelist",
        "% bip unweighted\n1 1\n1 2\n",
        "line 1 says that the gr",
    ),
    "names with blanks": ("g.edgelist", "New York,Boston\n", "line 1: 'New York' has a blank"),
    "tabs around blanks": ("g.edgelist", "New York\tBoston\n", "line 1 .* has tabs and blanks"),
    "open quotation mark": ("g.edgelist", '"New York Boston\n', "line 1: .* mark that is not clo"),
    "hash in a name": ("g.edgelist", "C# Java\n", "line 1: 'C#' has a blank or # in it"),
    "empty field": ("g.edgelist", "1,2\n,3\n", "line 2 has two separators with no node"),
    "arrows": ("g.edgelist", "1 -> 2\n", "line 1 has '->' for a node|line 1 is '1 -> 2'"),
    "marks": ("g.edgelist", "! comment\na b\n", "line 1 has '!' for a node"),
    "pairs": ("g.edgelist", "(1, 2)\n(2, 3)\n", "line 1 .* is no list of words"),
    "header of one line": ("g.edgelist", "foo bar\n1 2\n", "line 1, 'foo bar', has words and"),
    "arrows to neighbours": ("g.adjlist", "0 -> 1 2\n1 ->\n", "line 1 .* with '->' for a node"),
    "colons apart": ("g.adjlist", "0 : 1 2\n1 : 2\n2\n", "line 1 .* with ':' for a node"),
    "bars": ("g.adjlist", "0|1|2\n1|2\n", "line 1 is '0.1.2', and no line has two words"),
    "line of separators": ("g.adjlist", "0,1\n,,\n", "line 2 has two separators with no node"),
    "gap between neighbours": ("g.adjlist", "0,1\n1,,2\n", "line 2 has two separators"),
    "Steiner tree": ("g.gr", "SECTION Graph\nNodes 2\n", "line 1 is 'SECTION Graph'; begin with"),
    "text for METIS": ("g.graph", "2 1\n2 x\n1\n", "line 2, of node 1, is '2 x'; give numbers"),
    "not a number": ("g.mtx", f"{MARKET.replace('pattern', 'real')}2 2 1\n2 1 nan\n", "line 3"),
    "digraph6 with a head": ("g.g6", ">>digraph6<<&AO\n", "line 1 is a directed graph"),
    "dashes": ("g.edgelist", "a -- b\nb -- c\n", "line 1 "),
    "triples": (
        "g.edgelist",
        "ann likes bob\nbob likes eve\n",
        "line 1 is 'ann likes bob'; an edge",
    ),
    "neighbours in an edge list": (
        "g.edgelist",
        "1 2 3\n2 3\n3 4\n",
        "line 1 .* end the name in .adjl",
    ),
    "matrix": ("g.edgelist", "0 1 1\n1 0 1\n1 1 0\n", "line 1 begins a matrix of 0 and 1"),
    "DIMACS without its problem": ("g.edgelist", "e 1 2\ne 2 3\n", "line 1 .* with 'p edge NODES"),
    "Matrix Market in a list": ("g.edgelist", f"{MARKET}4 5 1\n1 2\n", r"line 1 .* name in \.mtx"),
    "Pajek in a list": ("g.edgelist", "*Vertices 2\n*Edges\n1 2\n", r"line 1 .* name in \.net"),
    "XML in a list": ("g.edgelist", "<graphml>\n</graphml>\n", r"line 1 .* name in \.graphml"),
    "GML in a list": ("g.adjlist", "graph [\nnode [\nid 0\n]\n]\n", r"line 1 .* name in \.gml"),
    "Graphviz in a list": ("g.edgelist", "graph g {\n a -- b\n}\n", "line 1 .* convert it"),
    "METIS in a list": ("g.adjlist", f"4 4\n{METIS}", r"line 1, '4 4', is the header of METIS"),
    "number of nodes": (
        "g.adjlist",
        "3\n1 2\n2 3\n3 1\n",
        "line 1, '3', may be the number of nodes",
    ),
    "degrees": ("g.adjlist", "0 1 1\n1 2 0 2\n2 1 1\n", "line 1 .* take these numbers out"),
    "colons on some lines": (
        "g.adjlist",
        "1: 2\n2 1\n",
        "line 1 has a colon after the first node",
    ),
    "loop in a list": ("g.adjlist", "1 2\n2 3 2\n", "line 2: node 2 has an edge to itself"),
    "no problem line": ("g.col", "e 1 2\n", "has no problem line; begin it with 'p edge"),
    "other problem": ("g.col", "c g\np cnf 3 2\n1 2 0\n", "line 2 is 'p cnf 3 2'; write 'p edge"),
    "hitting set": ("g.gr", "p hs 3 1\n1 2\n", r"line 1 .* name a hitting set \.hgr"),
    "numbers from 0": (
        "g.col",
        "p edge 3 2\ne 0 1\ne 1 2\n",
        "line 2: '0' is no node; they are n",
    ),
    "too large": ("g.gr", "p td 3 1\n1 4\n", "line 2: '4' is no node; they are numbered 1 to 3"),
    "cut off": ("g.gr", "p td 3 2\n1 2\n", "line 1 promises 2 edges and 1 follow"),
    "one way": (
        "g.gr",
        "p sp 2 1\na 1 2 5\n",
        "line 2: there is an arc from 1 to 2 and none back",
    ),
    "text on an edge": ("g.col", "p edge 2 1\ne 1 2 x\n", "line 2 is 'e 1 2 x'; write an edge as"),
    "immense": (
        "g.col",
        "p edge 99999999999 0\n",
        "line 1: the number of nodes is 99999999999; g",
    ),
    "edges for METIS": ("g.graph", f"4 4\n{LISTED}", "line 2: .*itself; .*p edge NODES EDGES"),
    "one end for METIS": (
        "g.graph",
        "3 2\n2 3\n1\n\n",
        "line 2: node 1 lists 3, which does not list 1 on line 4",
    ),
    "METIS cut off": (
        "g.graph",
        "4 4\n2 3\n1 3\n1 2 4",
        "line 1 promises 4 nodes and 3 lines follow",
    ),
    "METIS, other edges": ("g.graph", f"4 3\n{METIS}", "line 1 promises 3 edges and there are 4"),
    "METIS from 0": (
        "g.graph",
        "3 1\n2\n\n0\n",
        "line 4: '0' is no node; they are numbered 1 to 3",
    ),
    "METIS without its weights": (
        "g.graph",
        "2 1 1\n2\n1\n",
        "line 2: a neighbour of node 1 lacks",
    ),
    "METIS, weights apart": (
        "g.graph",
        "2 1 1\n2 5\n1 6\n",
        "line 2: .*weighs 5, and 6 on line 3",
    ),
    "METIS, a loop": ("g.graph", "2 1\n1\n1\n", "line 2: node 1 has an edge to itself"),
    "METIS, twice": ("g.graph", "2 1\n2 2\n1\n", "line 2: node 1 lists 2 twice; list it once"),
    "METIS, other header": ("g.graph", "2 1 2\n2\n1\n", "line 1 is '2 1 2'; begin with"),
    "nothing of METIS": ("g.graph", "% nothing\n", "has no header; begin it with the numbers"),
    "no head": ("g.mtx", "2 2 1\n2 1\n", "line 1 is no head of Matrix Market; begin with"),
    "rectangle": (
        "g.mtx",
        f"{MARKET.replace('symmetric', 'general')}2 3 1\n2 1\n",
        "line 2 .* no squ",
    ),
    "one side": (
        "g.mtx",
        f"{MARKET.replace('symmetric', 'general')}2 2 1\n2 1\n",
        "line 3: .*directed",
    ),
    "skew": (
        "g.mtx",
        f"{MARKET.replace('symmetric', 'skew-symmetric')}2 2 1\n2 1\n",
        "line 1 says",
    ),
    "diagonal": ("g.mtx", f"{MARKET}2 2 2\n1 1\n2 1\n", "line 3: node 1 has an edge to itself"),
    "zero": (
        "g.mtx",
        f"{MARKET.replace('pattern', 'real')}2 2 1\n2 1 0.0\n",
        "line 3 is the entry",
    ),
    "matrix cut off": (
        "g.mtx",
        f"{MARKET}3 3 2\n2 1\n",
        "line 2 announces 2 entries and 1 lines follow; get the whole file",
    ),
    "matrix too large": ("g.mtx", f"{MARKET}3 3 1\n4 1\n", "line 3: '4' is no node; they are"),
    "half an entry": ("g.mtx", f"{MARKET}2 2 1\n2\n", "line 3 is '2'; give the entry's row"),
    "value of a pattern": ("g.mtx", f"{MARKET}2 2 1\n2 1 7\n", "line 3: the value is '7'; give"),
    "two sizes": ("g.mtx", f"{MARKET}2 2\n2 1\n", "line 2 is '2 2'; give 3 numbers: rows, col"),
    "no field": ("g.mtx", "%%MatrixMarket matrix array\n1 1\n0\n", "line 1 has '' for pattern"),
    "array of a pattern": (
        "g.mtx",
        "%%MatrixMarket matrix array pattern general\n1 1\n1\n",
        "line 1 is .* no head",
    ),
    "dense diagonal": (
        "g.mtx",
        "%%MatrixMarket matrix array real general\n2 2\n0\n1\n1\n2.5\n",
        "line 6: node 2 has an edge to itself",
    ),
    "no size": ("g.mtx", MARKET, "has no line with its numbers of rows and columns"),
    "several graph6": ("g.g6", "Bw\nC{\n", "holds 2 graphs; keep one .the second is on line 2"),
    "digraph6": ("g.g6", "&AO\n", "line 1 is a directed graph; write it as graph6"),
    "several relations": (
        "g.net",
        "*Vertices 2\n*Edges :1 a\n1 2\n*Edges :2 b\n1 2\n",
        "line 2 is .* one of s",
    ),
    "Pajek, arcs": ("g.net", "*Vertices 2\n*Arcs\n1 2\n", "line 3: there is an arc from 1 to 2"),
    "Pajek, both": (
        "g.net",
        "*Vertices 2\n*Arcs\n*Edges\n1 2\n",
        "line 3: there are edges and arcs",
    ),
    "Pajek, matrix": (
        "g.net",
        "*Vertices 2\n*Matrix\n0 1\n1 0\n",
        r"line 2 is '\*Matrix'; keep one",
    ),
    "Pajek, two networks": (
        "g.net",
        "*Vertices 1\n*Vertices 1\n",
        r"line 2 is '\*Vertices 1'; keep",
    ),
    "Pajek, other nodes": ("g.net", "*Vertices 2\n*Edges\n1 3\n", "line 3: '3' is no node"),
    "Pajek, an end": (
        "g.net",
        "*Vertices 2\n*Edges\n1\n",
        "line 3 is '1'; give an edge two nodes",
    ),
    "Pajek, twice": ("g.net", "*Vertices 2\n1 a\n1 b\n", "line 3: node 1 comes twice"),
    "no Pajek": ("g.net", "1 2\n", r"line 1 is '1 2'; begin with '\*Vertices N'"),
}

# Of graph6 and sparse6, nodes from 0.
CODES = {
    "graph6": ("g.g6", "C{\n"),
    "graph6 with a head": ("g.g6", ">>graph6<<C{\n"),
    "head on its own line": ("g.g6", ">>graph6<<\nC{\n"),
    "sparse6": ("g.s6", nx.to_sparse6_bytes(nx.from_graph6_bytes(b"C{"))),
    "sparse6 in .g6": ("g.g6", nx.to_sparse6_bytes(nx.from_graph6_bytes(b"C{"), header=False)),
}
