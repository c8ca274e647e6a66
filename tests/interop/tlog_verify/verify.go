package main

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	entrySize     = 32
	clockSkew     = 5 * time.Minute
	proofsFetched = 20 // without --id: how many proof files are tried
)

// spread gives at most limit numbers of [0, n), the first and the last among them.
func spread(n, limit int64) []int64 {
	var out []int64
	if n <= limit {
		limit = n
	}
	for i := int64(0); i < limit; i++ {
		at := i * n / limit
		if i == limit-1 {
			at = n - 1
		}
		out = append(out, at)
	}
	return out
}

func (l *remoteLog) verifyAll(limit int64, ids []string, r *report) {
	n := l.head.tree.N
	r.check("the cosignature's time is not in the future", l.checkTime())
	r.check(fmt.Sprintf("each of %d entries is a digest of %d bytes", n, entrySize), l.checkEntries())
	r.check("the root of the level 0 tiles is the checkpoint's", l.checkLevelZero())
	r.check("every tile of every level is the tree's", l.checkTiles())
	places := spread(n, limit)
	r.check(fmt.Sprintf("tlog.CheckRecord holds for %d of %d entries, proved from the tiles", len(places), n),
		l.checkInclusion(places))
	r.check(fmt.Sprintf("tlog.CheckTree holds from %d of %d older sizes, proved from the tiles", len(places), n),
		l.checkConsistency(places))
	l.checkProofs(ids, r)
	r.check("what is not published, or misspelled, is not found", l.checkAbsent())
	r.check("the checkpoint that is served now continues the first", l.checkGrowth())
}

func (l *remoteLog) checkTime() error {
	sig := signedBy(l.note, l.witness)
	raw, err := sigBytes(sig.Base64)
	if err != nil {
		return err
	}
	at := time.Unix(int64(binary.BigEndian.Uint64(raw[4:])), 0)
	if at.After(time.Now().Add(clockSkew)) || at.Unix() <= 0 {
		return fmt.Errorf("it says %v", at)
	}
	return nil
}

func (l *remoteLog) checkEntries() error {
	for i, entry := range l.entries {
		if len(entry) != entrySize {
			return fmt.Errorf("entry %d has %d bytes", i, len(entry))
		}
	}
	return nil
}

// checkLevelZero trusts nothing but the level 0 tiles.
func (l *remoteLog) checkLevelZero() error {
	var stored storage
	for _, t := range tilesOf(0, l.head.tree.N) {
		data, err := l.tile(t)
		if err != nil {
			return err
		}
		if len(data) != t.W*tlog.HashSize {
			return fmt.Errorf("%s has %d bytes", tilePath(t), len(data))
		}
		for i := 0; i < t.W; i++ {
			var leaf tlog.Hash
			copy(leaf[:], data[i*tlog.HashSize:])
			more, err := tlog.StoredHashesForRecordHash(t.N*tileWidth+int64(i), leaf, stored)
			if err != nil {
				return err
			}
			stored = append(stored, more...)
		}
	}
	return sameRoot(l.head.tree, stored)
}

func sameRoot(tree tlog.Tree, stored storage) error {
	if tree.N == 0 {
		return nil
	}
	root, err := tlog.TreeHash(tree.N, stored)
	if err == nil && root != tree.Hash {
		err = fmt.Errorf("the root is %v, the checkpoint's %v", root, tree.Hash)
	}
	return err
}

func (l *remoteLog) checkTiles() error {
	for level := 0; ; level++ {
		tiles := tilesOf(level, l.head.tree.N)
		if len(tiles) == 0 {
			return nil
		}
		for _, t := range tiles {
			data, err := l.tile(t)
			if err != nil {
				return err
			}
			want, err := tlog.ReadTileData(t, l.stored)
			if err != nil {
				return err
			}
			if !bytes.Equal(data, want) {
				return fmt.Errorf("%s differs from the entries' tree", tilePath(t))
			}
		}
	}
}

func (l *remoteLog) checkInclusion(places []int64) error {
	reader := tlog.TileHashReader(l.head.tree, l)
	for _, i := range places {
		proof, err := tlog.ProveRecord(l.head.tree.N, i, reader)
		if err == nil {
			err = tlog.CheckRecord(proof, l.head.tree.N, l.head.tree.Hash, i, tlog.RecordHash(l.entries[i]))
		}
		if err != nil {
			return fmt.Errorf("entry %d: %v", i, err)
		}
	}
	return nil
}

func (l *remoteLog) checkConsistency(places []int64) error {
	reader := tlog.TileHashReader(l.head.tree, l)
	for _, i := range places {
		old := tlog.Tree{N: i + 1}
		var err error
		if old.Hash, err = tlog.TreeHash(old.N, l.stored); err == nil {
			err = continues(old, l.head.tree, reader)
		}
		if err != nil {
			return fmt.Errorf("from size %d: %v", old.N, err)
		}
	}
	return nil
}

// continues says whether one who has seen the old tree may go on to the new one.
func continues(old, tree tlog.Tree, reader tlog.HashReader) error {
	if old.N > tree.N {
		return fmt.Errorf("the log has shrunk from %d to %d", old.N, tree.N)
	}
	if old.N == 0 {
		return nil
	}
	proof, err := tlog.ProveTree(tree.N, old.N, reader)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash)
}

// checkProofs fetches proof files. Without ids it tries entries: those of restricted statements are not found for one
// who is not logged in.
func (l *remoteLog) checkProofs(ids []string, r *report) {
	for _, id := range ids {
		r.check("the proof file of "+id+" holds offline", l.checkProofOf(id))
	}
	if len(ids) > 0 || l.head.tree.N == 0 {
		return
	}
	held, hidden := 0, 0
	for _, i := range spread(l.head.tree.N, proofsFetched) {
		err := l.checkProofOf(hex.EncodeToString(l.entries[i]))
		if err == statusError(404) {
			hidden++
		} else if err != nil {
			r.check(fmt.Sprintf("the proof file of entry %d holds offline", i), err)
			return
		} else {
			held++
		}
	}
	var err error
	if held == 0 {
		err = fmt.Errorf("none of them can be had; name one with --id")
	}
	r.check(fmt.Sprintf("the proof files of %d entries hold offline (%d are not public)", held, hidden), err)
}

func (l *remoteLog) checkProofOf(id string) error {
	entry, err := hex.DecodeString(id)
	if err != nil {
		return err
	}
	text, _, err := l.get("/api/v1/statements/" + id + "/proof")
	if err != nil {
		return err
	}
	return verifyProof(string(text), entry, l.key, l.witness)
}

func (l *remoteLog) checkAbsent() error {
	next := tlog.Tile{H: tileHeight, L: 0, N: l.head.tree.N/tileWidth + 1000, W: 1}
	entries := next
	entries.L = -1
	for _, path := range []string{tilePath(next), tilePath(entries), "/log/tile/0/0", "/log/tile/00/000", "/log/tile/64/000",
		"/log/tile/0/x000/000", "/log/tile/0/000.p/256", "/log/tile/0/000.p/0", "/log/tile/9/000", "/log/tile/data/000"} {
		_, _, err := l.get(path)
		status, ok := err.(statusError)
		if !ok || (status != 404 && status != 400) {
			return fmt.Errorf("%s: %v", path, err)
		}
	}
	return nil
}

func (l *remoteLog) checkGrowth() error {
	raw, _, err := l.get("/log/checkpoint")
	if err != nil {
		return err
	}
	head, _, err := openCheckpoint(raw, l.key, l.witness)
	if err != nil {
		return err
	}
	return continues(l.head.tree, head.tree, tlog.TileHashReader(head.tree, l))
}
