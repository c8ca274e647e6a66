// tlog_verify checks a running node's log with programs that nobody here wrote: golang.org/x/mod/sumdb/note and
// sumdb/tlog verify the signatures, the tiles, the inclusion of entries and the consistency of sizes.
//
//	tlog_verify [--forge] [--cosigner VKEY] [--id HEX]... URL VKEY
//
// URL is the node's, or that of its log (ending in /log); VKEY the log's key. Each check prints a line; the last is
// "N passed, M failed". With --forge, every variant that a forger could make of what the node served is made here,
// and must be rejected.
//
// It builds with what Debian has: GO111MODULE=off GOPATH=/usr/share/gocode go build
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

// Exit codes: all passed; some failed; used wrongly.
const (
	exitPassed = iota
	exitFailed
	exitUsage
)

type idList []string

func (l *idList) String() string     { return strings.Join(*l, ",") }
func (l *idList) Set(v string) error { *l = append(*l, strings.ToLower(v)); return nil }

// report counts the checks and prints a line for each.
type report struct {
	passed, failed int
}

func (r *report) check(what string, err error) bool {
	if err == nil {
		r.passed++
		fmt.Printf("ok    %s\n", what)
		return true
	}
	r.failed++
	fmt.Printf("FAIL  %s: %v\n", what, err)
	return false
}

// rejected passes when the forged variant was refused.
func (r *report) rejected(what string, err error) {
	if err == nil {
		r.check(what, fmt.Errorf("accepted, must be rejected"))
		return
	}
	r.passed++
	fmt.Printf("ok    %s: REJECTED (%v)\n", what, err)
}

func main() {
	forge := flag.Bool("forge", false, "forge every variant and see each rejected")
	cosigner := flag.String("cosigner", "", "the cosigner's `vkey`; without it, the one that the node names")
	limit := flag.Int64("sample", 2000, "check at most this `many` entries and sizes, spread evenly")
	var ids idList
	flag.Var(&ids, "id", "a statement's `id` whose proof file must hold (may be repeated)")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: tlog_verify [--forge] [--cosigner VKEY] [--id HEX]... URL VKEY")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 2 || *limit < 1 {
		flag.Usage()
		os.Exit(exitUsage)
	}
	node := strings.TrimSuffix(strings.TrimRight(flag.Arg(0), "/"), "/log")
	r := &report{}
	v, err := openLog(node, flag.Arg(1), *cosigner, r)
	if err == nil {
		err = v.fetchAll()
	}
	r.check("the log is fetched whole", err)
	if err == nil && *forge {
		v.forgeAll(r)
	} else if err == nil {
		v.verifyAll(*limit, ids, r)
	}
	fmt.Printf("%d passed, %d failed\n", r.passed, r.failed)
	if r.failed > 0 {
		os.Exit(exitFailed)
	}
}
