"""taxii2-client (PyPI, by OASIS) pages through everything that a node shares, and gets the bytes that were shared.

Run in a virtual environment that has taxii2-client (./run interop makes one). Its last line is "N passed, M failed".
"""
import json
import sys
import uuid

from taxii2client.exceptions import AccessError, TAXIIServiceException
from taxii2client.v21 import Collection, Server, as_pages

from node import Node, raw_items

PAGES = (1, 7, 50, 1000)  # objects a request, beside the client's default
CLIENT = ("siem@northlight", "a password of the tests")


class Report:
    passed = failed = 0

    def check(self, what, good, why=""):
        if good:
            self.passed += 1
        else:
            self.failed += 1
        print(f"{'ok   ' if good else 'FAIL '} {what}{'' if good else f': {why}'}", flush=True)


def made_bundle():
    """Objects whose bytes no writer of JSON would make: odd spacing, escapes, numbers, keys in no order; and versions."""
    objects = []
    for n in range(40):
        objects.append(
            '{ "spec_version":"2.1",  "type" : "indicator", "name":"\\u0041larm %d / \\/ é", "id":"indicator--%s",\n'
            '  "created":"2024-01-01T00:00:00.000Z","modified":"2024-01-%02dT00:00:00.%dZ", "pattern_type":"stix", '
            '"valid_from":"2024-01-01T00:00:00Z", "confidence": %d, '
            '"pattern":"[domain-name:value = \'h%d.example.net\']" }'
            % (n, uuid.uuid5(uuid.NAMESPACE_DNS, f"h{n // 4}.example.net"), 1 + n % 4, 100 + n, n, n))
    return objects, '{"type":"bundle","id":"bundle--%s","objects":[\n%s]}' % (
        uuid.uuid5(uuid.NAMESPACE_DNS, "bundle"), " ,\n\t".join(objects))


def key(item):
    return item["id"], item.get("modified") or item.get("version") or item.get("created")


def watch(collection):
    """The bodies that the client receives on this collection's connection, as they come."""
    bodies = []
    collection._conn.session.hooks["response"].append(lambda response, **_: bodies.append(response.text))
    return bodies


def pages_of(function, per_request, **filters):
    arguments = {"per_request": per_request} if per_request else {"per_request": 1000}
    for page in as_pages(function, **arguments, **filters):
        yield page


def walk(report, who, collection, expected):
    """All objects and the manifest, by pages of several sizes. expected: {(id, version): bytes}"""
    for size in PAGES:
        if size == 1 and len(expected) > 200:
            size = 3
        bodies = watch(collection)
        got = [item for page in pages_of(collection.get_objects, size, **{"version": "all"}) for item in page.get("objects", [])]
        keys = [key(item) for item in got]
        report.check(f"{who}: objects by {size}: all {len(expected)}, each once",
                     len(keys) == len(set(keys)) and set(keys) == set(expected),
                     f"{len(keys)} came, {len(set(keys) ^ set(expected))} differ")
        raw = {key(value): text for body in bodies if '"objects"' in body for value, text in raw_items(body)}
        wrong = [k for k in expected if raw.get(k) != expected[k]]
        report.check(f"{who}: objects by {size}: the bytes that were shared", not wrong, f"{len(wrong)} differ, as {wrong[:1]}")
        manifest = [item for page in pages_of(collection.get_manifest, size, **{"version": "all"}) for item in page.get("objects", [])]
        report.check(f"{who}: manifest by {size}: the same ids and versions",
                     sorted(key(item) for item in manifest) == sorted(expected), f"{len(manifest)} came")
        added = [item["date_added"] for item in manifest]
        report.check(f"{who}: manifest by {size}: in the order of date_added", added == sorted(added))


def versions(report, collection, expected):
    by_id = {}
    for identifier, version in expected:
        by_id.setdefault(identifier, set()).add(version)
    several = [identifier for identifier, known in by_id.items() if len(known) > 1]
    report.check("there are objects of several versions", len(several) == 10, f"{len(several)}")
    for identifier in several[:3]:
        got = collection.object_versions(identifier).get("versions", [])
        report.check(f"versions of {identifier}", set(got) == by_id[identifier], f"{got}")
        newest = collection.get_object(identifier).get("objects", [])
        report.check(f"without a filter it is the newest of {identifier}",
                     [item["modified"] for item in newest] == [max(by_id[identifier])], f"{newest}")
        every = collection.get_object(identifier, version="all").get("objects", [])
        report.check(f"version=all of {identifier}", {item["modified"] for item in every} == by_id[identifier], f"{every}")


def filters(report, collection, expected):
    manifest = [item for page in pages_of(collection.get_manifest, 1000, version="all") for item in page.get("objects", [])]
    middle = manifest[len(manifest) // 2]
    later = [item for page in pages_of(collection.get_objects, 100, version="all", added_after=middle["date_added"])
             for item in page.get("objects", [])]
    wanted = [key(item) for item in manifest if item["date_added"] > middle["date_added"]]
    report.check("added_after gives exactly what came later", [key(item) for item in later] == wanted, f"{len(later)}, {len(wanted)}")
    kinds = [item for page in pages_of(collection.get_objects, 100, version="all", type="identity") for item in page.get("objects", [])]
    report.check("match[type]", {key(i) for i in kinds} == {k for k in expected if k[0].startswith("identity--")}, f"{kinds}")
    absent = collection.get_objects(id="indicator--00000000-0000-4000-8000-000000000000")
    report.check("an id that nobody shared gives an empty envelope", absent.get("objects", []) == [], f"{absent}")


def refused(report, what, function):
    try:
        function()
        report.check(what, False, "it was answered")
    except (AccessError, TAXIIServiceException, OSError):
        report.check(what, True)


def shared_bytes(node, statement, login=None):
    """{(id, version): bytes} of a statement's objects, as REST has them."""
    found, cursor = {}, ""
    while True:
        page = node.raw(f"/api/v1/statements/{statement}/objects?limit=1000{cursor}", login)
        for _, text in raw_items(page, "items"):
            start = text.index('"object":') + len('"object":')
            value, end = json.JSONDecoder().raw_decode(text, start)
            found[key(value)] = text[start:end]
        following = json.loads(page)["next"]
        if following is None:
            return found
        cursor = f"&cursor={following}"


def main():
    report = Report()
    with Node() as node:
        node.comity("account", "add", CLIENT[0], "--password-file", "-", "--client", text=CLIENT[1] + "\n")
        objects, bundle = made_bundle()
        of_bundle = node.share("bundle.json", bundle, "--tlp", "clear")
        of_list = node.share("list.txt", "".join(f"bad-{n}.example.net\n" for n in range(1500)), "--tlp", "clear")
        of_amber = node.share("amber.txt", "".join(f"quiet-{n}.example.org\n" for n in range(25)), "--tlp", "amber", "--to", "northlight")

        public = shared_bytes(node, of_bundle)
        report.check("REST has the bundle's bytes as they stood in the file", sorted(public.values()) == sorted(objects))
        public.update(shared_bytes(node, of_list))
        private = dict(public)
        private.update(shared_bytes(node, of_amber, CLIENT))
        report.check("there is something that only the member sees", len(private) > len(public))

        server = Server(node.url + "/taxii2/")
        report.check("discovery has a title and a default root", bool(server.title) and server.default is not None)
        root = server.api_roots[0]
        report.check("the API root speaks TAXII 2.1", "application/taxii+json;version=2.1" in root.versions, f"{root.versions}")
        collection = root.collections[0]
        report.check("the collection can be read", collection.can_read and "application/stix+json;version=2.1" in collection.media_types)
        walk(report, "anybody", collection, public)
        versions(report, collection, public)
        filters(report, collection, public)

        own = Collection(collection.url, user=CLIENT[0], password=CLIENT[1])
        walk(report, "northlight", own, private)
        refused(report, "a wrong password is refused",
                lambda: Collection(collection.url, user=CLIENT[0], password="another one").get_objects())
        refused(report, "a limit of -1 is refused", lambda: collection.get_objects(limit=-1))
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
