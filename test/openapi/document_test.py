#!/usr/bin/env python3
"""What docs/openapi.json has to be beside valid: whole, bounded, and in step with the tables of the sources."""

import collections
import json
import pathlib
import re
import unittest

from contract import NEEDED, SOURCE, Breach, Contract

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TEXT = SOURCE.read_text(encoding="utf-8")
DOCUMENT = json.loads(TEXT)
COMPONENTS = DOCUMENT["components"]
CONTRACT = Contract(DOCUMENT)
WEBHOOKS = [hook["post"] for hook in DOCUMENT["webhooks"].values()]
URN = "urn:florin:problem:"
# What the server may answer before a route sees the request.
GENERAL = {400, 408, 413, 421, 429, 431, 500, 503}


def source(name):
    return (ROOT / name).read_text(encoding="utf-8")


def walk(value, where=""):
    """Every object in the document, with its place."""
    if isinstance(value, dict):
        yield where, value
        for name, one in value.items():
            yield from walk(one, f"{where}/{name}")
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from walk(one, f"{where}/{number}")


def schemas():
    """Every schema that says its type, with its place; examples have none."""
    for where, value in walk(DOCUMENT):
        if isinstance(value.get("type"), str) and "/example" not in where and "/securitySchemes/" not in where:
            yield where, value


class FormTest(unittest.TestCase):
    def test_file_is_formatted(self):
        formatted = json.dumps(DOCUMENT, indent=2, ensure_ascii=False) + "\n"
        self.assertTrue(TEXT == formatted, "run python3 -m json.tool --indent 2 --no-ensure-ascii docs/openapi.json "
                                           "docs/openapi.json")

    def test_version_is_the_projects(self):
        version = re.search(r"project\(florin VERSION (\S+)", source("CMakeLists.txt"))[1]
        self.assertEqual(DOCUMENT["info"]["version"], version, "raise info.version of docs/openapi.json, too")

    def test_references_lead_somewhere_and_components_are_used(self):
        used = {value["$ref"] for _, value in walk(DOCUMENT) if "$ref" in value}
        there = {f"#/components/{kind}/{name}" for kind in ("parameters", "headers", "responses", "schemas")
                 for name in COMPONENTS[kind]}
        self.assertEqual(used - there, set(), "these lead nowhere")
        self.assertEqual(there - used, set(), "nothing uses these: remove them")

    def test_everything_has_bounds(self):
        for where, schema in schemas():
            with self.subTest(where):
                self.assertIn(schema["type"], ("string", "integer", "boolean", "array", "object"))
                if schema["type"] == "string" and "enum" not in schema:
                    self.assertLessEqual(schema["minLength"], schema["maxLength"])
                if schema["type"] == "integer":
                    self.assertLessEqual(schema["minimum"], schema["maximum"])
                if schema["type"] == "array":
                    self.assertGreater(schema["maxItems"], 0)
                if schema["type"] == "object":
                    self.assertLessEqual(set(schema.get("required", [])), set(schema.get("properties", {})))

    def test_examples_are_valid(self):
        for where, value in walk(DOCUMENT):
            if "example" in value and "schema" in value:
                CONTRACT.validate(value["schema"], value["example"], where)
            for one in value.get("examples", []) if isinstance(value.get("examples"), list) else []:
                CONTRACT.validate(value, one, where)


class OperationTest(unittest.TestCase):
    def test_ids_are_unique(self):
        ids = collections.Counter(operation.id for operation in CONTRACT.operations)
        ids.update(one["operationId"] for one in WEBHOOKS)
        self.assertEqual([name for name, count in ids.items() if count > 1], [])

    def test_each_says_what_it_does_and_stands_under_a_tag(self):
        tags = [tag["name"] for tag in DOCUMENT["tags"]]
        for operation in CONTRACT.operations:
            with self.subTest(str(operation)):
                self.assertEqual(len(operation.document["tags"]), 1)
                self.assertIn(operation.document["tags"][0], tags)
                self.assertTrue(operation.document["summary"] and operation.document["description"])
        used = {one["tags"][0] for one in (*WEBHOOKS, *(operation.document for operation in CONTRACT.operations))}
        self.assertEqual(used, set(tags))

    def test_path_parameters_are_those_of_the_path(self):
        for operation in CONTRACT.operations:
            with self.subTest(str(operation)):
                self.assertEqual(operation.parameter_names("path"), re.findall(r"{(\w+)}", operation.path))
                for one in operation.parameters:
                    self.assertIn("example", one)

    def test_json_has_schema_and_example(self):
        for operation in CONTRACT.operations:
            with self.subTest(str(operation)):
                bodies = [operation.document.get("requestBody", {}), operation.document["responses"]["200"]]
                for body in bodies:
                    for media, content in body.get("content", {}).items():
                        if media == "application/json" and operation.id != "getOpenApi":
                            self.assertIn("schema", content)
                            self.assertIn("example", content)

    def test_requests_refuse_what_is_not_named(self):
        for operation in CONTRACT.operations:
            with self.subTest(str(operation)):
                content = operation.document.get("requestBody", {}).get("content", {}).get("application/json")
                if content:
                    schema = CONTRACT.resolve(content["schema"])
                    self.assertIs(schema["additionalProperties"], False)

    def test_has_the_refusals_that_every_route_can_give(self):
        for operation in CONTRACT.operations:
            with self.subTest(str(operation)):
                self.assertEqual(GENERAL - operation.statuses, set(), "add these, as those beside it have them")
                if operation.schemes:
                    self.assertIn(401, operation.statuses)

    def test_signed_ones_say_what_is_signed(self):
        for operation in CONTRACT.operations:
            with self.subTest(str(operation)):
                signed = {"Content-Digest", "Signature-Input"} <= set(operation.parameter_names("header"))
                self.assertEqual(signed, "walletSignature" in operation.schemes)

    def test_refusals_have_the_form_of_their_api(self):
        for operation in CONTRACT.operations:
            with self.subTest(str(operation)):
                device = operation.path.startswith(("/cps/", "/gateway/"))
                for status in operation.statuses - {200}:
                    response = CONTRACT.resolve(operation.document["responses"][str(status)])
                    form = "application/json" if device else "application/problem+json"
                    self.assertIn(form, response["content"], status)

    def test_refusals_say_what_is_needed_to_go_on(self):
        for operation in CONTRACT.operations:
            with self.subTest(str(operation)):
                for status in operation.statuses & set(NEEDED):
                    response = CONTRACT.resolve(operation.document["responses"][str(status)])
                    self.assertIn(NEEDED[status], response["headers"], status)


class WebhookTest(unittest.TestCase):
    def test_types_are_the_names(self):
        for name, hook in DOCUMENT["webhooks"].items():
            body = hook["post"]["requestBody"]["content"]["application/json"]
            self.assertEqual(CONTRACT.resolve(body["schema"])["properties"]["type"]["enum"], [name])

    def test_what_is_not_documented_is_a_breach(self):
        headers = {"webhook-id": "x", "webhook-timestamp": "1767225600"}
        for name, hook in DOCUMENT["webhooks"].items():
            good = hook["post"]["requestBody"]["content"]["application/json"]["example"]
            self.assertEqual(CONTRACT.webhook(headers, json.dumps(good)), name)
            for wrong in ({**good, "type": "card.other"}, {**good, "more": 1}, {"type": name}):
                with self.assertRaises(Breach):
                    CONTRACT.webhook(headers, json.dumps(wrong))
            with self.assertRaises(Breach):
                CONTRACT.webhook({}, json.dumps(good))


class TableTest(unittest.TestCase):
    """What stands in the sources, too."""

    def narrowed(self, field):
        """(the response's name, its HTTP status, the values that a refusal's `field` may have)."""
        for operation in CONTRACT.operations:
            for status, response in operation.document["responses"].items():
                name = response.get("$ref", operation.id).rsplit("/", 1)[1] if "$ref" in response else operation.id
                for content in CONTRACT.resolve(response)["content"].values():
                    for value in content.get("schema", {}).get("properties", {}).get(field, {}).get("enum", []):
                        yield name, int(status), value

    def test_problems_are_explained_given_and_made(self):
        explained = set(DOCUMENT["x-problems"])
        given = {urn.removeprefix(URN) for _, _, urn in self.narrowed("type")}
        listed = {urn.removeprefix(URN) for urn in COMPONENTS["schemas"]["Problem"]["properties"]["type"]["enum"]}
        self.assertEqual(listed, explained, "x-problems and the enum of schema Problem are not the same")
        # What is refused without a route stands with no operation.
        self.assertEqual(given | {"not-found", "method-not-allowed"}, explained,
                         "x-problems explains what no response gives, or not what one gives")
        made = set()
        for folder in ("src", "apps/florind"):
            for path in (ROOT / folder).rglob("*.cc"):
                if not path.name.endswith("_test.cc"):
                    made |= set(re.findall(r'[({]\s*(?:[45]\d\d|status),\s*"([a-z][a-z-]*)"', path.read_text()))
        self.assertEqual(made, explained, "x-problems of docs/openapi.json and the problems of src/ are not the same")

    def test_problems_have_their_statuses(self):
        statuses = collections.defaultdict(set)
        for _, status, urn in self.narrowed("type"):
            statuses[urn.removeprefix(URN)].add(status)
        for kind, facts in DOCUMENT["x-problems"].items():
            with self.subTest(kind):
                self.assertEqual(statuses.get(kind, set(facts["status"])), set(facts["status"]))
                self.assertTrue(facts["meaning"] and facts["remedy"])

    def test_codes_of_the_device_api_are_those_of_the_tables(self):
        for prefix, table in (("Cps", "src/messages/status.def"), ("Gateway", "src/messages/mg_status.def")):
            rows = re.findall(r"^FLORIN_\w+\(\w+, (\d+), ([45]\d\d),", source(table), re.MULTILINE)
            documented = {(int(code), status) for name, status, code in self.narrowed("code")
                          if name.startswith(prefix)}
            for code, status in rows:
                # What no operation can answer has no response.
                if any(name == status for _, name in documented):
                    self.assertIn((int(code), int(status)), documented, table)
            known = {int(code) for code, _ in rows} | {670, 671, 672, 673, 674}
            self.assertLessEqual({code for code, _ in documented}, known, table)

    def test_reasons_of_authorizations_are_those_of_the_source(self):
        reasons = re.findall(r'case Reason::k\w+: return "(\w+)"', source("src/tsp/authorizations.cc"))
        documented = COMPONENTS["schemas"]["AuthorizationReason"]["enum"]
        self.assertEqual(set(documented), {*reasons, "reversed"})


if __name__ == "__main__":
    unittest.main()
