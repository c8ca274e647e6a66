package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const fewest = 8 // entries that a log needs for all variants to exist

func sigBytes(text string) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err == nil && len(raw) < 12 {
		err = errors.New("signature too short")
	}
	return raw, err
}

// signatureLine writes a note's signature line.
func signatureLine(name string, raw []byte) string {
	return "— " + name + " " + base64.StdEncoding.EncodeToString(raw) + "\n"
}

func (l *remoteLog) forgeAll(r *report) {
	if l.head.tree.N < fewest {
		r.check("the log can be forged", fmt.Errorf("it has %d entries; all variants need %d", l.head.tree.N, fewest))
		return
	}
	l.forgeCheckpoints(r)
	l.forgeCosignatures(r)
	l.forgeInclusion(r)
	l.forgeTiles(r)
	l.forgeHistory(r)
	l.forgeProofFile(r)
}

func (l *remoteLog) opens(msg string) error {
	_, _, err := openCheckpoint([]byte(msg), l.key, l.witness)
	return err
}

// forged puts another text in front of the signatures as they were served.
func (l *remoteLog) forged(c checkpoint) string {
	return c.text() + string(l.raw[len(l.note.Text):])
}

// resigned signs a text with a key of the forger's own under the log's name.
func (l *remoteLog) resigned(text string) (string, note.Verifier, error) {
	skey, vkey, err := note.GenerateKey(rand.Reader, l.key.Name())
	if err != nil {
		return "", nil, err
	}
	signer, err := note.NewSigner(skey)
	if err != nil {
		return "", nil, err
	}
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return "", nil, err
	}
	msg, err := note.Sign(&note.Note{Text: text}, signer)
	return string(msg), verifier, err
}

func (l *remoteLog) forgeCheckpoints(r *report) {
	r.check("what was served opens, before it is forged", l.opens(string(l.raw)))
	c := l.head
	c.tree.Hash[0] ^= 1
	r.rejected("a changed root", l.opens(l.forged(c)))
	c = l.head
	c.tree.N++
	r.rejected("a larger size", l.opens(l.forged(c)))
	c.tree.N -= 2
	r.rejected("a smaller size", l.opens(l.forged(c)))
	c = l.head
	c.origin += "2"
	r.rejected("a changed origin", l.opens(l.forged(c)))
	r.rejected("an extension line added", l.opens(l.note.Text+"extension\n"+string(l.raw[len(l.note.Text):])))
	r.rejected("the signatures left out", l.opens(l.note.Text+"\n"))
	r.rejected("the checkpoint cut in its signature", l.opens(string(l.raw[:len(l.note.Text)+20])))

	// The log's own signature is the first that its key verifies; every bit of it decides.
	raw, err := sigBytes(signedBy(l.note, l.key).Base64)
	if err == nil {
		line := signatureLine(l.key.Name(), raw)
		err = l.everyBit(len(raw), func(bit int) error {
			changed := append([]byte(nil), raw...)
			changed[bit/8] ^= 1 << (bit % 8)
			return l.opens(strings.Replace(string(l.raw), line, signatureLine(l.key.Name(), changed), 1))
		})
	}
	r.check(fmt.Sprintf("each of %d flipped bits of the log's signature is REJECTED", len(raw)*8), err)

	msg, other, err := l.resigned(l.note.Text)
	if r.check("a forger's key under the log's name is made", err) {
		r.rejected("the same text signed by another key of the same name", l.opens(msg))
		_, _, err = openCheckpoint(l.raw, other, l.witness)
		r.rejected("the checkpoint opened with another key", err)
	}
}

func (l *remoteLog) everyBit(size int, opens func(bit int) error) error {
	for bit := 0; bit < size*8; bit++ {
		if opens(bit) == nil {
			return fmt.Errorf("bit %d flipped is accepted", bit)
		}
	}
	return nil
}

func (l *remoteLog) forgeCosignatures(r *report) {
	sig := signedBy(l.note, l.witness)
	raw, err := sigBytes(sig.Base64)
	if !r.check("the cosignature is read", err) {
		return
	}
	line := signatureLine(l.witness.name, raw)
	with := func(changed []byte) error {
		return l.opens(strings.Replace(string(l.raw), line, signatureLine(l.witness.name, changed), 1))
	}
	r.check(fmt.Sprintf("each of %d flipped bits of the cosignature is REJECTED", len(raw)*8),
		l.everyBit(len(raw), func(bit int) error {
			changed := append([]byte(nil), raw...)
			changed[bit/8] ^= 1 << (bit % 8)
			return with(changed)
		}))
	earlier := append([]byte(nil), raw...)
	binary.BigEndian.PutUint64(earlier[4:], binary.BigEndian.Uint64(raw[4:])-3600)
	r.rejected("a cosignature dated an hour earlier", with(earlier))
	r.rejected("a cosignature cut short", with(raw[:len(raw)-1]))
	r.rejected("a cosignature left out", l.opens(strings.Replace(string(l.raw), line, "", 1)))

	_, secret, err := ed25519.GenerateKey(rand.Reader)
	if r.check("a forger's cosigner key is made", err) {
		seconds := binary.BigEndian.Uint64(raw[4:])
		fake := append([]byte(nil), raw[:12]...)
		fake = append(fake, ed25519.Sign(secret, cosignedMessage(seconds, []byte(l.note.Text)))...)
		r.rejected("a cosignature by another key in the witness's name", with(fake))
	}
}

func (l *remoteLog) forgeInclusion(r *report) {
	n, root := l.head.tree.N, l.head.tree.Hash
	at := n / 2
	leaf := tlog.RecordHash(l.entries[at])
	proof, err := tlog.ProveRecord(n, at, l.stored)
	if err == nil {
		err = tlog.CheckRecord(proof, n, root, at, leaf)
	}
	if !r.check("an inclusion proof holds, before it is forged", err) {
		return
	}
	r.rejected("another entry at the same place", tlog.CheckRecord(proof, n, root, at, tlog.RecordHash(l.entries[at-1])))
	made := sha256.Sum256([]byte("never submitted"))
	r.rejected("an entry that is not in the log", tlog.CheckRecord(proof, n, root, at, tlog.RecordHash(made[:])))
	r.rejected("the entry itself for its leaf hash", tlog.CheckRecord(proof, n, root, at, bytesHash(l.entries[at])))
	r.rejected("the next index", tlog.CheckRecord(proof, n, root, at+1, leaf))
	r.rejected("the index before", tlog.CheckRecord(proof, n, root, at-1, leaf))
	r.rejected("an index beyond the log", tlog.CheckRecord(proof, n, root, n, leaf))
	r.rejected("a proof without its last hash", tlog.CheckRecord(proof[:len(proof)-1], n, root, at, leaf))
	r.rejected("a proof without its first hash", tlog.CheckRecord(proof[1:], n, root, at, leaf))
	r.rejected("a proof with a hash more", tlog.CheckRecord(append(append(tlog.RecordProof(nil), proof...), root), n, root, at, leaf))
	swapped := append(tlog.RecordProof(nil), proof...)
	swapped[0], swapped[1] = swapped[1], swapped[0]
	r.rejected("a proof with two hashes swapped", tlog.CheckRecord(swapped, n, root, at, leaf))
	r.check(fmt.Sprintf("each of %d flipped bits of the proof is REJECTED", len(proof)*tlog.HashSize*8),
		l.everyBit(len(proof)*tlog.HashSize, func(bit int) error {
			changed := append(tlog.RecordProof(nil), proof...)
			changed[bit/8/tlog.HashSize][bit/8%tlog.HashSize] ^= 1 << (bit % 8)
			return tlog.CheckRecord(changed, n, root, at, leaf)
		}))
}

func bytesHash(raw []byte) (h tlog.Hash) {
	copy(h[:], raw)
	return h
}

// changedTiles gives the node's tiles with one changed on its way.
type changedTiles struct {
	*remoteLog
	change func(t tlog.Tile, data []byte) []byte
}

func (c changedTiles) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	all, err := c.remoteLog.ReadTiles(tiles)
	for i := range all {
		all[i] = c.change(tiles[i], append([]byte(nil), all[i]...))
	}
	return all, err
}

func (l *remoteLog) forgeTiles(r *report) {
	// tlog.TileHashReader of x/mod 0.7.0 leaves tiles unchecked where several hashes of the tree's edge share one tile;
	// a client is safe because it checks the proof too, as here.
	try := func(what string, change func(tlog.Tile, []byte) []byte) {
		tree := l.head.tree
		proof, err := tlog.ProveRecord(tree.N, 0, tlog.TileHashReader(tree, changedTiles{l, change}))
		if err == nil {
			err = tlog.CheckRecord(proof, tree.N, tree.Hash, 0, tlog.RecordHash(l.entries[0]))
		}
		r.rejected(what, err)
	}
	try("a tile with a bit flipped", func(_ tlog.Tile, data []byte) []byte { data[0] ^= 1; return data })
	try("a tile with two leaves swapped", func(t tlog.Tile, data []byte) []byte {
		if t.L == 0 && t.N == 0 {
			first := append([]byte(nil), data[:tlog.HashSize]...)
			copy(data, data[tlog.HashSize:2*tlog.HashSize])
			copy(data[tlog.HashSize:], first)
		}
		return data
	})
	try("a tile cut short", func(_ tlog.Tile, data []byte) []byte { return data[:len(data)-1] })
	try("a tile with a hash more", func(_ tlog.Tile, data []byte) []byte { return append(data, data[:tlog.HashSize]...) })
}

func (l *remoteLog) forgeHistory(r *report) {
	n := l.head.tree.N
	older := tlog.Tree{N: n - 3}
	var err error
	if older.Hash, err = tlog.TreeHash(older.N, l.stored); err == nil {
		err = continues(older, l.head.tree, l.stored)
	}
	if !r.check("an older size is consistent, before it is forged", err) {
		return
	}
	r.rejected("a rolled-back checkpoint", continues(l.head.tree, older, l.stored))

	// A second history: one entry replaced, everything else in its place, signed validly by whoever made it.
	entries := append([][]byte(nil), l.entries...)
	made := sha256.Sum256([]byte("never submitted"))
	entries[1] = made[:]
	stored, err := buildStorage(entries)
	other := tlog.Tree{N: n}
	if err == nil {
		other.Hash, err = tlog.TreeHash(n, stored)
	}
	if !r.check("a second history is made", err) {
		return
	}
	r.rejected("a second history of the same size", continues(l.head.tree, other, stored))
	r.rejected("a second history after an older size, with its own hashes", continues(older, other, stored))
	r.rejected("a second history after an older size, with the first one's hashes", continues(older, other, l.stored))
	r.rejected("the first history after one who saw the second", continues(tlog.Tree{N: n, Hash: other.Hash}, l.head.tree, l.stored))
	_, err = tlog.ProveRecord(n, 1, tlog.TileHashReader(other, l))
	r.rejected("the node's tiles under the second history's root", err)

	proof, err := tlog.ProveTree(n, older.N, l.stored)
	if r.check("a consistency proof is made", err) && len(proof) > 0 {
		r.rejected("a consistency proof without its last hash",
			tlog.CheckTree(proof[:len(proof)-1], n, l.head.tree.Hash, older.N, older.Hash))
		r.rejected("a consistency proof for another old size",
			tlog.CheckTree(proof, n, l.head.tree.Hash, older.N-1, older.Hash))
		r.check(fmt.Sprintf("each of %d flipped bits of the consistency proof is REJECTED", len(proof)*tlog.HashSize*8),
			l.everyBit(len(proof)*tlog.HashSize, func(bit int) error {
				changed := append(tlog.TreeProof(nil), proof...)
				changed[bit/8/tlog.HashSize][bit/8%tlog.HashSize] ^= 1 << (bit % 8)
				return tlog.CheckTree(changed, n, l.head.tree.Hash, older.N, older.Hash)
			}))
	}
}

// forgeProofFile forges a .tlog-proof: one that the node serves where it can be had, else one made of its hashes.
func (l *remoteLog) forgeProofFile(r *report) {
	at := l.head.tree.N - 1
	text := func(index int64, proof tlog.RecordProof, msg string) string {
		out := fmt.Sprintf("c2sp.org/tlog-proof@v1\nindex %d\n", index)
		for _, hash := range proof {
			out += hash.String() + "\n"
		}
		return out + "\n" + msg
	}
	entry := l.entries[at]
	proof, err := tlog.ProveRecord(l.head.tree.N, at, l.stored)
	right := text(at, proof, string(l.raw))
	if err == nil {
		err = verifyProof(right, entry, l.key, l.witness)
	}
	if !r.check("a proof file holds, before it is forged", err) {
		return
	}
	verify := func(text string) error { return verifyProof(text, entry, l.key, l.witness) }
	r.rejected("a proof file of another entry", verifyProof(right, l.entries[0], l.key, l.witness))
	r.rejected("a proof file with a wrong index", verify(text(0, proof, string(l.raw))))
	r.rejected("a proof file without a hash", verify(text(at, proof[1:], string(l.raw))))
	r.rejected("a proof file without its checkpoint", verify(text(at, proof, "")))
	r.rejected("a proof file without signatures", verify(text(at, proof, l.note.Text)))
	// The forger's own tree of one entry, with a valid proof, signed by his own key.
	made := sha256.Sum256([]byte("never submitted"))
	forged := checkpoint{l.head.origin, tlog.Tree{N: 1, Hash: tlog.RecordHash(made[:])}}
	msg, own, err := l.resigned(forged.text())
	if r.check("a forger's own log proves his entry to himself", err) {
		r.check("his proof file holds by his key", verifyProof(text(0, nil, msg), made[:], own, nil))
		r.rejected("his proof file by the log's key", verifyProof(text(0, nil, msg), made[:], l.key, nil))
	}
	r.check("the proof file cut at each byte before its end is REJECTED", func() error {
		for size := 0; size < len(right); size++ {
			if verify(right[:size]) == nil {
				return fmt.Errorf("cut at byte %d it is accepted", size)
			}
		}
		return nil
	}())
}
