"""A walk with OASIS's taxii2-client, for bench/taxii.cpp: taxii_walk.py API_ROOT TOKEN PER_REQUEST walks through the collection
of all that was shared, as the root lists it (the client takes no alias in an address), and prints the objects that came and the
seconds that it took."""
import sys
import time

from taxii2client.common import TokenAuth
from taxii2client.v21 import ApiRoot, as_pages


def main():
    url, token, per_request = sys.argv[1:]
    collection = next(one for one in ApiRoot(url, auth=TokenAuth(key=token)).collections if one.alias == "all")
    start = time.perf_counter()
    count = sum(len(page.get("objects", [])) for page in as_pages(collection.get_objects, per_request=int(per_request)))
    print(count, time.perf_counter() - start)


if __name__ == "__main__":
    main()
