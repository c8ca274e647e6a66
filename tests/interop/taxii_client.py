"""taxii2-client (PyPI, by OASIS) pages through everything that a node shares, and gets the bytes that were shared; it
posts, follows the status and deletes. cytaxii2 (PyPI, by Cyware) does what it can of the same.

Run in a virtual environment that has both (./run interop makes one). Its last line is "N passed, M failed".
"""
import json
import sys
import uuid

from cytaxii2 import cytaxii2
from taxii2client.exceptions import AccessError, TAXIIServiceException
from taxii2client.v21 import ApiRoot, Collection, Server, Status, as_pages

from node import Node, raw_items
from report import Report

PAGES = (1, 7, 50, 1000)  # objects a request, beside the client's default
CLIENT = ("siem@northlight", "a password of the tests")
WRITER = ("amina@cert-meridia", "a password of the tests")


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


def note(n, name=None, version="2024-01-01T00:00:00.000Z"):
    return {"type": "note", "spec_version": "2.1", "id": f"note--{uuid.UUID(int=n, version=4)}", "created": "2024-01-01T00:00:00.000Z",
            "modified": version, "content": name or f"Note {n}", "object_refs": [f"indicator--{uuid.UUID(int=n, version=4)}"]}


def writing(report, node):
    """What taxii2-client posts and deletes, in a collection that the command line made."""
    made = node.comity("collection", "create", "--root", "drills", "--title", "Drills", "--alias", "exercise", "--tlp", "clear",
                       "--as", "cert-meridia").strip()
    root = ApiRoot(node.url + "/taxii2/drills/", user=WRITER[0], password=WRITER[1])
    collection = root.collections[0]
    report.check("the new collection is listed, and can be written", (collection.id, collection.can_write) == (made, True))
    reader = Collection(collection.url)
    report.check("the public sees it, and cannot write", reader.can_read and not reader.can_write)

    objects = [note(n) for n in range(1, 1201)]
    status = collection.add_objects({"objects": objects})
    report.check("1200 objects are added", (status.status, status.success_count, status.failure_count) == ("complete", 1200, 0), f"{status}")
    again = Status(node.url + f"/taxii2/drills/status/{status.id}/", user=WRITER[0], password=WRITER[1])
    report.check("their status is kept", (again.total_count, len(again.successes)) == (1200, 1200))
    refused(report, "... for their submitter alone",
            lambda: Status(node.url + f"/taxii2/drills/status/{status.id}/", user=CLIENT[0], password=CLIENT[1]))
    walk(report, "anybody, of what was posted", reader, {key(o): json.dumps(o) for o in objects})

    mixed = collection.add_objects(json.dumps({"objects": [objects[0], note(1, "changed"), {"type": "note", "id": "note--x"}, note(2000)]}))
    report.check("the same again succeeds, other content and a bad object fail alone",
                 (mixed.success_count, mixed.failure_count) == (2, 2), f"{mixed.failures}")
    report.check("each failure says why", all(failure["message"] for failure in mixed.failures))
    collection.add_objects({"objects": [note(1, "later", "2024-06-01T00:00:00.000Z")]})
    collection.delete_object(objects[0]["id"])
    left = reader.object_versions(objects[0]["id"])["versions"]
    report.check("deleting takes the last version", left == ["2024-01-01T00:00:00.000Z"], f"{left}")
    collection.delete_object(objects[0]["id"], version="all")
    refused(report, "deleting all versions leaves none", lambda: reader.get_object(objects[0]["id"]))
    refused(report, "the public cannot add", lambda: reader.add_objects({"objects": [note(3000)]}))


def other_client(report, node):
    """cytaxii2 takes the default root's address as it stands, and the node does not know its own: it is told here."""
    client = cytaxii2.cytaxii2(node.url + "/taxii2/", *WRITER)
    discovery = client.discovery_request()
    report.check("cytaxii2: discovery", discovery["status_code"] == 200, f"{discovery}")
    client.api_root = node.url + discovery["response"]["default"]
    report.check("cytaxii2: the API root", client.root_discovery()["status_code"] == 200)
    collections = client.collection_request()["response"]["collections"]
    identifier = collections[0]["id"]
    report.check("cytaxii2: the collection", client.collection_data_request(identifier)["response"]["can_write"] is True)
    posted = client.inbox_request(identifier, json.dumps({"type": "bundle", "id": f"bundle--{uuid.uuid4()}",
                                                          "objects": [note(n) for n in range(4001, 4042)]}))
    report.check("cytaxii2: a bundle is added", posted["status_code"] == 202 and posted["response"]["success_count"] == 41, f"{posted}")
    met, following = [], None
    while True:
        page = client.poll_request(identifier, limit=7, next=following, object_type="note")
        met += [item["id"] for item in page["response"].get("objects", [])]
        following = page["response"].get("next")
        if not page["response"].get("more"):
            break
    wanted = {note(n)["id"] for n in range(4001, 4042)}
    report.check("cytaxii2: a walk meets all that was added, once", len(met) == len(set(met)) and wanted <= set(met), f"{len(met)}")
    one = client.poll_request(identifier, object_id=note(4001)["id"])
    report.check("cytaxii2: one object by its id", [o["id"] for o in one["response"]["objects"]] == [note(4001)["id"]], f"{one}")


def main():
    report = Report()
    with Node() as node:
        node.comity("account", "add", CLIENT[0], "--password-file", "-", "--client", text=CLIENT[1] + "\n")
        node.comity("account", "add", WRITER[0], "--password-file", "-", text=WRITER[1] + "\n")
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
        writing(report, node)
        other_client(report, node)
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
