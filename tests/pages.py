"""What a test reads in a page: its text, its numbers, its tags; and that it is well-formed."""

from html.parser import HTMLParser

VOID = {"meta", "br"}
FETCHING = {"script", "link", "iframe", "object", "img", "embed"}


class Reader(HTMLParser):
    """A page as read by a parser that accepts no element which is not closed."""

    def __init__(self, source):
        super().__init__()
        self.open, self.tags, self.numbers, self.words = [], [], [], []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "data":
            self.numbers.append(float(dict(attrs)["value"]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self):
        return " ".join("".join(self.words).split())


def external(reader):
    """Addresses that a browser would ask a network for."""
    keys = ("src", "href", "data")
    named = [(tag, has[key]) for tag, has in reader.tags for key in keys if key in has]
    outside = [pair for pair in named if not pair[1].startswith("#")]
    return outside + [tag for tag, _ in reader.tags if tag in FETCHING]
