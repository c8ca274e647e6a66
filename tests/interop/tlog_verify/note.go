package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// checkpoint is a tlog-checkpoint's text; tlog.ParseTree knows go.sum's own origin only.
type checkpoint struct {
	origin string
	tree   tlog.Tree
}

func parseCheckpoint(text string) (checkpoint, error) {
	var c checkpoint
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[0] == "" || lines[len(lines)-1] != "" {
		return c, errors.New("not three lines and a line feed")
	}
	n, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || n < 0 || strconv.FormatInt(n, 10) != lines[1] {
		return c, fmt.Errorf("size %q", lines[1])
	}
	hash, err := tlog.ParseHash(lines[2])
	if err != nil {
		return c, fmt.Errorf("root hash %q: %v", lines[2], err)
	}
	return checkpoint{lines[0], tlog.Tree{N: n, Hash: hash}}, nil
}

func (c checkpoint) text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.origin, c.tree.N, c.tree.Hash)
}

// cosigner is a note.Verifier for timestamped cosignatures (tlog-cosignature, type 0x04), which sumdb/note does not
// know.
type cosigner struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

const cosignatureType = 0x04

func newCosigner(vkey string) (*cosigner, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("not name+id+key")
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != cosignatureType {
		return nil, errors.New("not an Ed25519 key for cosignatures (type 0x04)")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	id := binary.BigEndian.Uint32(sum[:])
	if fmt.Sprintf("%08x", id) != parts[1] {
		return nil, fmt.Errorf("the key id is %08x, not %s", id, parts[1])
	}
	return &cosigner{parts[0], id, key[1:]}, nil
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.id }
func (c *cosigner) Verify(text, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	return ed25519.Verify(c.key, cosignedMessage(binary.BigEndian.Uint64(sig), text), sig[8:])
}

func cosignedMessage(seconds uint64, text []byte) []byte {
	return append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", seconds)), text...)
}

// signedBy finds the verified signature of a name; open is what note.Open gave.
func signedBy(open *note.Note, v note.Verifier) *note.Signature {
	for i, s := range open.Sigs {
		if s.Name == v.Name() && s.Hash == v.KeyHash() {
			return &open.Sigs[i]
		}
	}
	return nil
}

// openCheckpoint is what a careful client does with a checkpoint: the log's signature must hold, and the cosigner's
// where one is known; the origin must be the key's name.
func openCheckpoint(msg []byte, log note.Verifier, witness *cosigner) (checkpoint, *note.Note, error) {
	known := []note.Verifier{log}
	if witness != nil {
		known = append(known, witness)
	}
	open, err := note.Open(msg, note.VerifierList(known...))
	if err != nil {
		return checkpoint{}, nil, err
	}
	for _, v := range known {
		if signedBy(open, v) == nil {
			return checkpoint{}, nil, fmt.Errorf("no signature by %s", v.Name())
		}
	}
	c, err := parseCheckpoint(open.Text)
	if err == nil && c.origin != log.Name() {
		err = fmt.Errorf("origin %q is not the key's name %q", c.origin, log.Name())
	}
	return c, open, err
}

// proofFile is a tlog-proof.
type proofFile struct {
	index  int64
	hashes tlog.RecordProof
	note   string
}

func parseProof(text string) (proofFile, error) {
	var p proofFile
	head, msg, ok := cut(text, "\n\n")
	lines := strings.Split(head, "\n")
	if !ok || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return p, errors.New("not a tlog-proof")
	}
	lines = lines[1:]
	if strings.HasPrefix(lines[0], "extra ") {
		lines = lines[1:]
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") {
		return p, errors.New("no index")
	}
	n, err := strconv.ParseInt(lines[0][len("index "):], 10, 64)
	if err != nil || n < 0 {
		return p, fmt.Errorf("index %q", lines[0])
	}
	for _, line := range lines[1:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return p, err
		}
		p.hashes = append(p.hashes, hash)
	}
	return proofFile{n, p.hashes, msg}, nil
}

// verifyProof is the offline verification: proof file and keys, nothing else.
func verifyProof(text string, entry []byte, log note.Verifier, witness *cosigner) error {
	p, err := parseProof(text)
	if err != nil {
		return err
	}
	c, _, err := openCheckpoint([]byte(p.note), log, witness)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(p.hashes, c.tree.N, c.tree.Hash, p.index, tlog.RecordHash(entry))
}

func cut(s, sep string) (before, after string, found bool) {
	if i := strings.Index(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
