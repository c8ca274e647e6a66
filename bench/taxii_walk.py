"""A walk through a collection with OASIS's taxii2-client, for bench/taxii.cpp: taxii_walk.py URL TOKEN PER_REQUEST prints
the objects that came and the seconds that it took."""
import sys
import time

from taxii2client.common import TokenAuth
from taxii2client.v21 import Collection, as_pages


def main():
    url, token, per_request = sys.argv[1:]
    collection = Collection(url, auth=TokenAuth(key=token))
    start = time.perf_counter()
    count = sum(len(page.get("objects", [])) for page in as_pages(collection.get_objects, per_request=int(per_request)))
    print(count, time.perf_counter() - start)


if __name__ == "__main__":
    main()
