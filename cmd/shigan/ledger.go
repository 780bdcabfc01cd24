package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"shigan/app"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
)

var errNoEntries = fault.New(fault.NotFound, "cli.no-entries")

func ledgerCommands() []command {
	return []command{
		{name: "ledger verify", run: ledgerVerify},
		{name: "ledger prove", args: "SEQ", min: 1, max: 1, flags: []string{"out="}, run: ledgerProve},
		{name: "ledger rebuild", flags: []string{"check"}, run: ledgerRebuild},
		{name: "ledger export", flags: []string{"out="}, run: ledgerExport},
		{name: "ledger checkpoint", flags: []string{"since=", "out="}, run: ledgerCheckpoint},
		{name: "ledger cosign", args: "FILE", min: 1, max: 1, flags: []string{"key=", "out="}, run: ledgerCosign},
	}
}

// ledgerVerify recomputes the whole log and names everything that is wrong.
func ledgerVerify(c *call) error {
	_, r, district, err := c.reader()
	if err != nil {
		return err
	}
	held, err := r.Held()
	if err != nil {
		return err
	}
	return c.verifyHeld(district, held)
}

// verified is what a verification says.
type verified struct {
	District string `json:"district"`
	Suite    string `json:"suite"`
	Key      string `json:"key"`
	OK       bool   `json:"ok"`
	ledger.Report
}

func (c *call) verifyHeld(district string, held ledger.Held) error {
	rep, err := ledger.Verify(held)
	if err != nil {
		return err
	}
	if !rep.OK() {
		c.code = exitBroken
	}
	return c.give(verified{district, held.Suite.Name, held.Key, rep.OK(), rep}, func() {
		for _, f := range rep.Findings {
			c.say("cli.finding."+f.What, "seq", f.Seq, "why", f.Why)
		}
		if rep.OK() {
			c.say("cli.ledger.whole", "district", district, "entries", rep.Entries, "checkpoints", rep.Checkpoints, "root", rep.Root)
		} else {
			c.say("cli.ledger.broken", "district", district, "n", len(rep.Findings), "entries", rep.Entries)
		}
	})
}

// ledgerProve writes a proof of one entry that stands alone.
func ledgerProve(c *call) error {
	c.values["seq"] = []string{c.arg(0)}
	seq, err := c.seqFlag("seq")
	if err != nil {
		return err
	}
	_, r, _, err := c.reader()
	if err != nil {
		return err
	}
	head, vkey, _, err := r.Log()
	if err != nil {
		return err
	}
	st, err := r.Entry(seq)
	if err != nil {
		return err
	}
	note, err := r.CheckpointFrom(seq)
	if err != nil {
		return err
	}
	proof, err := ledger.MakeProof(head.Suite, r, st.Entry, note, vkey)
	if err != nil {
		return err
	}
	if _, err := proof.Check(vkey); err != nil { // a proof of a changed entry would only be found out by whoever gets it
		return err
	}
	raw, err := json.MarshalIndent(proof, "", " ")
	if err != nil {
		return err
	}
	if err := c.writeOut(c.text("out"), append(raw, '\n')); err != nil {
		return err
	}
	if out := c.text("out"); out != "" && out != "-" {
		return c.give(map[string]any{"file": out, "seq": seq}, func() { c.say("cli.ledger.proved", "number", st.Number(), "file", out) })
	}
	return nil
}

// ledgerRebuild makes the read tables anew; with --check it only compares them with what a replay gives.
func ledgerRebuild(c *call) error {
	s, _, district, err := c.reader()
	if err != nil {
		return err
	}
	if !c.has("check") {
		n, err := s.Rebuild(c.ctx, district, app.Apply)
		if err != nil {
			return err
		}
		return c.give(map[string]any{"district": district, "entries": n}, func() { c.say("cli.ledger.rebuilt", "entries", n) })
	}
	rows, diff, err := s.Replay(c.ctx, district, app.Apply)
	if err != nil {
		return err
	}
	if len(diff) > 0 {
		c.code = exitBroken
	}
	return c.give(map[string]any{"district": district, "rows": rows, "differences": list(diff)}, func() {
		if len(diff) == 0 {
			c.say("cli.ledger.same", "rows", rows)
			return
		}
		c.say("cli.ledger.differs", "n", len(diff), "rows", rows)
		for _, d := range diff {
			fmt.Fprintln(c.out, "  "+d)
		}
	})
}

// The lines of an export: first the log, then its entries, then its checkpoints. `verify` reads it without a database.
const exportFormat = "shigan-export/1"

type exportHead struct {
	Format   string `json:"format"`
	District string `json:"district"`
	Suite    string `json:"suite"`
	Key      string `json:"key"`
	Size     int64  `json:"size"`
}

type exportEntry struct {
	ledger.Entry
	Leaf []byte `json:"leaf"`
}

type exportNote struct {
	Checkpoint string `json:"checkpoint"`
}

func ledgerExport(c *call) error {
	_, r, district, err := c.reader()
	if err != nil {
		return err
	}
	held, err := r.Held()
	if err != nil {
		return err
	}
	defer held.Done()
	w := c.out
	if out := c.text("out"); out != "" && out != "-" {
		f, err := os.Create(out)
		if err != nil {
			return errOutFile.With("file", out, "why", "create")
		}
		defer f.Close()
		w = f
	}
	return writeExport(w, district, held)
}

func writeExport(to io.Writer, district string, held ledger.Held) error {
	w := bufio.NewWriterSize(to, 1<<16)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(exportHead{exportFormat, district, held.Suite.Name, held.Key, held.Head.Size}); err != nil {
		return err
	}
	for st, err := range held.Entries {
		if err != nil {
			return err
		}
		if err := enc.Encode(exportEntry{st.Entry, st.Leaf}); err != nil {
			return err
		}
	}
	for note, err := range held.Checkpoints {
		if err != nil {
			return err
		}
		if err := enc.Encode(exportNote{note}); err != nil {
			return err
		}
	}
	return w.Flush()
}

// ledgerCheckpoint prints the newest signed note; with --since, what a witness needs.
func ledgerCheckpoint(c *call) error {
	_, r, district, err := c.reader()
	if err != nil {
		return err
	}
	since, err := c.seqFlag("since")
	if err != nil {
		return err
	}
	st, err := app.State(r, since)
	if err != nil {
		return err
	}
	if st.Checkpoint == "" {
		return errNoEntries.With("district", district)
	}
	raw := []byte(st.Checkpoint)
	if c.json || c.text("since") != "" {
		if raw, err = json.MarshalIndent(st, "", " "); err != nil {
			return err
		}
		raw = append(raw, '\n')
	}
	return c.writeOut(c.text("out"), raw)
}

// ledgerCosign signs another district's checkpoint as its witness.
func ledgerCosign(c *call) error {
	key, err := c.need("key")
	if err != nil {
		return err
	}
	if raw, err := os.ReadFile(key); err == nil { // a file with the key in it
		key = string(raw)
	}
	raw, err := c.readFile(c.arg(0))
	if err != nil {
		return err
	}
	var st app.Statement
	if err := json.Unmarshal(raw, &st); err != nil || st.Format != app.StatementFormat {
		return errUnknownFile.With("file", c.arg(0))
	}
	o, err := c.office()
	if err != nil {
		return err
	}
	signed, err := o.Witness(c.ctx, st, trimSpace(key))
	if err != nil {
		return err
	}
	if c.json {
		return c.printJSON(map[string]string{"checkpoint": signed})
	}
	return c.writeOut(c.text("out"), []byte(signed))
}
