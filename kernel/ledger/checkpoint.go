package ledger

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"shigan/kernel/fault"

	"golang.org/x/mod/sumdb/note"
)

var (
	ErrNote  = fault.New(fault.Broken, "ledger.bad-note")
	ErrProof = fault.New(fault.Broken, "ledger.bad-proof")
)

// Checkpoint 检查点 is the signed statement "our log has this many entries and this root": C2SP tlog-checkpoint.
type Checkpoint struct {
	Origin string // "shigan/370215", also the name of the key
	Size   int64
	Root   []byte
}

// Text is the body of the note: origin, size, root.
func (c Checkpoint) Text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, base64.StdEncoding.EncodeToString(c.Root))
}

// Sign makes the signed note.
func (c Checkpoint) Sign(signers ...note.Signer) (string, error) {
	b, err := note.Sign(&note.Note{Text: c.Text()}, signers...)
	return string(b), err
}

// OpenCheckpoint checks a signed note against the log's key and reads it. Further signatures (witnesses) are left to whoever
// knows their keys.
func OpenCheckpoint(signed string, keys ...note.Verifier) (Checkpoint, error) {
	n, err := note.Open([]byte(signed), note.VerifierList(keys...))
	if err != nil {
		return Checkpoint{}, ErrNote.With("why", err.Error())
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) < 4 {
		return Checkpoint{}, ErrNote.With("why", "fewer than three lines")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return Checkpoint{}, ErrNote.With("why", "size "+strconv.Quote(lines[1]))
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil {
		return Checkpoint{}, ErrNote.With("why", "root is not base64")
	}
	return Checkpoint{Origin: lines[0], Size: size, Root: root}, nil
}

// Cosign 见证 adds a witness's signature to a note, after its own check of the log's signature.
func Cosign(signed string, key note.Verifier, witness note.Signer) (string, error) {
	n, err := note.Open([]byte(signed), note.VerifierList(key))
	if err != nil {
		return "", ErrNote.With("why", err.Error())
	}
	b, err := note.Sign(n, witness)
	if err != nil {
		return "", err
	}
	return string(bytes.TrimRight(b, "\x00")), nil
}
