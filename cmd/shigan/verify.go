package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"strings"

	"shigan/adapter/paper"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
)

var (
	errUnknownFile = fault.New(fault.Invalid, "cli.unknown-file")
	errExport      = fault.New(fault.Broken, "cli.bad-export")
)

func verifyCommands() []command {
	return []command{{name: "verify", args: "FILE", min: 1, max: 1, flags: []string{"key="}, run: verify}}
}

func trimSpace(s string) string { return strings.TrimSpace(s) }

// verify checks a file with nothing but itself and, with --key, the key that the district has published.
func verify(c *call) error {
	raw, err := c.readFile(c.arg(0))
	if err != nil {
		return err
	}
	pinned := c.text("key")
	if text, err := os.ReadFile(pinned); pinned != "" && err == nil {
		pinned = string(text)
	}
	pinned = trimSpace(pinned)
	if paper.IsPackage(raw) {
		return c.verifyBulletin(raw, pinned)
	}
	var head struct{ Format string }
	first, _, _ := bytes.Cut(raw, []byte("\n"))
	if json.Unmarshal(raw, &head) != nil && json.Unmarshal(first, &head) != nil {
		return errUnknownFile.With("file", c.arg(0))
	}
	switch head.Format {
	case ledger.ProofFormat:
		return c.verifyProof(raw, pinned)
	case exportFormat:
		return c.verifyExport(raw, pinned)
	}
	return errUnknownFile.With("file", c.arg(0))
}

// proven is what the check of a proof says.
type proven struct {
	OK     bool         `json:"ok"`
	Entry  ledger.Entry `json:"entry"`
	Number string       `json:"number"`
	Origin string       `json:"origin"`
	Size   int64        `json:"checkpoint_size"`
	Key    string       `json:"key"`
	Pinned bool         `json:"key_was_given"` // false: only shows that the file agrees with itself
}

func (c *call) verifyProof(raw []byte, pinned string) error {
	var p ledger.Proof
	if err := json.Unmarshal(raw, &p); err != nil {
		return ledger.ErrProof.With("why", "JSON")
	}
	cp, err := p.Check(pinned)
	if err != nil {
		return err
	}
	out := proven{true, p.Entry, p.Entry.Number(), cp.Origin, cp.Size, p.Key, pinned != ""}
	return c.give(out, func() {
		c.say("cli.verify.proof", "number", out.Number, "seq", p.Entry.Seq, "origin", cp.Origin, "size", cp.Size)
		var body bytes.Buffer
		json.Indent(&body, p.Entry.Body, "  ", " ")
		fmt.Fprintf(c.out, "  %s  %s  %s  %s\n  %s\n", p.Entry.Kind, p.Entry.Subject, p.Entry.EffectiveOn, p.Entry.Post, body.String())
		c.sayKey(p.Key, pinned != "")
	})
}

func (c *call) sayKey(key string, pinned bool) {
	if pinned {
		c.say("cli.verify.pinned")
	} else {
		c.say("cli.verify.compare", "key", key)
	}
}

func (c *call) verifyExport(raw []byte, pinned string) error {
	head, held, err := readExport(raw)
	if err != nil {
		return err
	}
	if pinned != "" && pinned != head.Key {
		return ledger.ErrProof.With("why", "signed by another key: "+head.Key)
	}
	if err := c.verifyHeld(head.District, held); err != nil {
		return err
	}
	if !c.json {
		c.sayKey(head.Key, pinned != "")
	}
	return nil
}

// readExport makes of an export what a verification needs. Head and inner hashes are not in it: they are computed from the
// leaves, and the signed checkpoints are held against them.
func readExport(raw []byte) (head exportHead, held ledger.Held, err error) {
	lines := bufio.NewScanner(bytes.NewReader(raw))
	lines.Buffer(nil, maxInput)
	bad := func(n int, why string) (exportHead, ledger.Held, error) {
		return head, held, errExport.With("line", n, "why", why)
	}
	lines.Scan()
	if err := json.Unmarshal(lines.Bytes(), &head); err != nil {
		return bad(1, "JSON")
	}
	suite, err := ledger.SuiteNamed(head.Suite)
	if err != nil {
		return bad(1, head.Suite)
	}
	var entries []ledger.Stored
	var notes []string
	var nodes []ledger.Node
	f := ledger.Frontier{Suite: suite}
	for n := 2; lines.Scan(); n++ {
		var line struct {
			exportEntry
			exportNote
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return bad(n, "JSON")
		}
		if line.Checkpoint != "" {
			notes = append(notes, line.Checkpoint)
			continue
		}
		entries = append(entries, ledger.Stored{Entry: line.Entry, Leaf: line.Leaf})
		var inner []ledger.Node
		if f, inner, err = f.Append(line.Leaf); err != nil {
			return bad(n, err.Error())
		}
		nodes = append(nodes, inner...)
	}
	if err := lines.Err(); err != nil {
		return bad(0, err.Error())
	}
	if int64(len(entries)) != head.Size {
		return bad(1, fmt.Sprintf("%d ≠ %d", len(entries), head.Size))
	}
	return head, ledger.Held{Suite: suite, Key: head.Key, Entries: each(entries), Nodes: each(nodes), Checkpoints: each(notes), Head: f}, nil
}

func each[T any](all []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range all {
			if !yield(v, nil) {
				return
			}
		}
	}
}
