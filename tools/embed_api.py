#!/usr/bin/env python3
"""Makes the source that holds the OpenAPI document and its page: embed_api.py DOCUMENT VERSION OUTPUT.

The document is served as it stands in docs/openapi.json, with the project's version and without white space.
"""

import json
import pathlib
import sys

sys.dont_write_bytecode = True
import api_page  # noqa: E402

HEAD = """// Made from docs/openapi.json by tools/embed_api.py.
#include "api_documents.h"

#pragma GCC diagnostic ignored "-Woverlength-strings"

namespace florin::apps {

"""


def literal(text):
    mark = "florin"
    if f"){mark}\"" in text:
        sys.exit("embed_api: the document has the end of a raw string in it")
    return f'R"{mark}({text}){mark}"'


def main():
    source, version, output = sys.argv[1:]
    document = json.loads(pathlib.Path(source).read_text(encoding="utf-8"))
    document["info"]["version"] = version
    texts = {"openApiDocument": json.dumps(document, separators=(",", ":"), ensure_ascii=False) + "\n",
             "openApiPage": api_page.render(document), "openApiPagePolicy": api_page.policy()}
    functions = (f"std::string_view {name}() {{ return {literal(text)}; }}\n" for name, text in texts.items())
    pathlib.Path(output).write_text(HEAD + "\n".join(functions) + "\n}  // namespace florin::apps\n", encoding="utf-8")


if __name__ == "__main__":
    main()
