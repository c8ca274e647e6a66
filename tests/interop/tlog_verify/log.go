package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	maxBody    = 64 << 20
)

// remoteLog is a node's log as it was when its checkpoint was fetched, and everything under that checkpoint.
type remoteLog struct {
	node    string
	client  *http.Client
	key     note.Verifier
	witness *cosigner
	raw     []byte // the checkpoint as served
	head    checkpoint
	note    *note.Note
	entries [][]byte
	stored  storage // all hashes of the tree, made of the entries
	mu      sync.Mutex
	tiles   map[string][]byte
}

// storage is a tree's hashes in the order of tlog.StoredHashIndex.
type storage []tlog.Hash

func (s storage) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		if at >= int64(len(s)) {
			return nil, fmt.Errorf("no hash %d", at)
		}
		hashes[i] = s[at]
	}
	return hashes, nil
}

func buildStorage(entries [][]byte) (storage, error) {
	var s storage
	for i, entry := range entries {
		more, err := tlog.StoredHashes(int64(i), entry, s)
		if err != nil {
			return nil, err
		}
		s = append(s, more...)
	}
	return s, nil
}

func (l *remoteLog) get(path string) ([]byte, http.Header, error) {
	answer, err := l.client.Get(l.node + path)
	if err != nil {
		return nil, nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxBody))
	if err == nil && answer.StatusCode != http.StatusOK {
		err = statusError(answer.StatusCode)
	}
	return body, answer.Header, err
}

type statusError int

func (e statusError) Error() string { return fmt.Sprintf("HTTP status %d", int(e)) }

// openLog fetches and verifies the checkpoint; an error is one of usage or connection.
func openLog(node, vkey, witnessKey string, r *report) (*remoteLog, error) {
	l := &remoteLog{node: node, client: &http.Client{Timeout: 30 * time.Second}, tiles: map[string][]byte{}}
	var err error
	if l.key, err = note.NewVerifier(vkey); err != nil {
		return nil, fmt.Errorf("the log's key: %v", err)
	}
	if witnessKey == "" {
		if witnessKey, err = l.namedCosigner(); err != nil {
			return nil, fmt.Errorf("/api/v1/log, for the cosigner's key: %v", err)
		}
	}
	if l.witness, err = newCosigner(witnessKey); err != nil {
		return nil, fmt.Errorf("the cosigner's key: %v", err)
	}
	var header http.Header
	if l.raw, header, err = l.get("/log/checkpoint"); err != nil {
		return nil, fmt.Errorf("/log/checkpoint: %v", err)
	}
	r.check("the checkpoint is served as text/plain; charset=utf-8",
		hasType(header, "text/plain; charset=utf-8"))
	l.head, l.note, err = openCheckpoint(l.raw, l.key, l.witness)
	if !r.check(fmt.Sprintf("the checkpoint of %s, size %d, is signed and cosigned", l.key.Name(), l.head.tree.N), err) {
		return nil, fmt.Errorf("no checkpoint to go on from")
	}
	return l, nil
}

func (l *remoteLog) namedCosigner() (string, error) {
	body, _, err := l.get("/api/v1/log")
	if err != nil {
		return "", err
	}
	var answer struct {
		Cosigner string `json:"cosigner_key"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return "", err
	}
	return answer.Cosigner, nil
}

func hasType(header http.Header, want string) error {
	if got := header.Get("Content-Type"); !strings.EqualFold(strings.ReplaceAll(got, " ", ""), strings.ReplaceAll(want, " ", "")) {
		return fmt.Errorf("Content-Type is %q, not %q", got, want)
	}
	return nil
}

// tilePath gives the C2SP path: without the height that sumdb writes, and "entries" for "data".
func tilePath(t tlog.Tile) string {
	path := strings.Replace(t.Path(), fmt.Sprintf("tile/%d/", tileHeight), "tile/", 1)
	return "/log/" + strings.Replace(path, "tile/data/", "tile/entries/", 1)
}

func (l *remoteLog) tile(t tlog.Tile) ([]byte, error) {
	path := tilePath(t)
	l.mu.Lock()
	data, known := l.tiles[path]
	l.mu.Unlock()
	if known {
		return data, nil
	}
	data, header, err := l.get(path)
	if err == nil {
		err = hasType(header, "application/octet-stream")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %v", path, err)
	}
	l.mu.Lock()
	l.tiles[path] = data
	l.mu.Unlock()
	return data, nil
}

// Height, ReadTiles and SaveTiles make it a tlog.TileReader: tlog.TileHashReader checks each tile against the root.
func (l *remoteLog) Height() int { return tileHeight }
func (l *remoteLog) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, t := range tiles {
		data, err := l.tile(t)
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}
func (l *remoteLog) SaveTiles([]tlog.Tile, [][]byte) {}

// tilesOf names every tile of a level (-1: entry bundles) in a log of n entries.
func tilesOf(level int, n int64) []tlog.Tile {
	hashes := n
	for i := 0; i < level; i++ {
		hashes >>= tileHeight
	}
	var tiles []tlog.Tile
	for at := int64(0); at < hashes; at += tileWidth {
		width := hashes - at
		if width > tileWidth {
			width = tileWidth
		}
		tiles = append(tiles, tlog.Tile{H: tileHeight, L: level, N: at / tileWidth, W: int(width)})
	}
	return tiles
}

// fetchAll reads the entry bundles and makes the tree of them.
func (l *remoteLog) fetchAll() error {
	for _, t := range tilesOf(-1, l.head.tree.N) {
		bundle, err := l.tile(t)
		if err != nil {
			return err
		}
		count := 0
		for ; len(bundle) > 0; count++ {
			if len(bundle) < 2 || len(bundle)-2 < int(bundle[0])<<8|int(bundle[1]) {
				return fmt.Errorf("%s ends within entry %d", tilePath(t), count)
			}
			size := int(bundle[0])<<8 | int(bundle[1])
			l.entries = append(l.entries, bundle[2:2+size])
			bundle = bundle[2+size:]
		}
		if count != t.W {
			return fmt.Errorf("%s holds %d entries, not %d", tilePath(t), count, t.W)
		}
	}
	var err error
	l.stored, err = buildStorage(l.entries)
	return err
}
