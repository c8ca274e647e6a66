// A log that does nothing: it answers every add at once with the next number, keeps nothing and hashes nothing. What Tessera's hammer
// makes of it is the most that any log behind this client and Go's HTTP server can reach on the machine.
//
//	null_log --listen=127.0.0.1:2024 --private_key=FILE
//
// GET /checkpoint is an empty log's, signed, which hammer wants before it begins; GET /grown has as its second line how many were added.
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

// The empty log's checkpoint, signed (C2SP signed-note) by a key as "PRIVATE+KEY+<name>+<id>+<type and seed>".
func checkpoint(key string) (string, error) {
	parts := strings.SplitN(strings.TrimPrefix(strings.TrimSpace(key), "PRIVATE+KEY+"), "+", 3)
	if len(parts) != 3 {
		return "", fmt.Errorf("no private key")
	}
	id, err := hex.DecodeString(parts[1])
	if err != nil {
		return "", err
	}
	seed, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(seed) != 1+ed25519.SeedSize {
		return "", fmt.Errorf("no Ed25519 key")
	}
	empty := sha256.Sum256(nil)
	text := fmt.Sprintf("%s\n0\n%s\n", parts[0], base64.StdEncoding.EncodeToString(empty[:]))
	signature := ed25519.Sign(ed25519.NewKeyFromSeed(seed[1:]), []byte(text))
	return fmt.Sprintf("%s\n\u2014 %s %s\n", text, parts[0], base64.StdEncoding.EncodeToString(append(id, signature...))), nil
}

func main() {
	listen := flag.String("listen", "", "address and port")
	file := flag.String("private_key", "", "the log's key")
	flag.Parse()
	key, err := os.ReadFile(*file)
	if err != nil {
		log.Fatal(err)
	}
	empty, err := checkpoint(string(key))
	if err != nil {
		log.Fatal(err)
	}
	var added atomic.Uint64
	http.HandleFunc("/add", func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		fmt.Fprintf(w, "%d", added.Add(1)-1)
	})
	http.HandleFunc("/checkpoint", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, empty) })
	http.HandleFunc("/grown", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, "null\n%d\n", added.Load()) })
	server := &http.Server{Addr: *listen, ReadHeaderTimeout: 5 * time.Second}
	log.Fatal(server.ListenAndServe())
}
