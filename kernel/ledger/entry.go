package ledger

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gowebpki/jcs"
)

// Fact 事实 is what a decision brings forth, before it has a place in the ledger.
type Fact struct {
	Kind        string   // "dispatch.reported/1": room, verb, version; old versions are read for ever
	Subject     string   // "project/JM-017": what it speaks of
	EffectiveOn string   // 2006-01-02, true in the world since
	Body        any      // marshalled to canonical JSON (RFC 8785); nothing personal may stand in it
	Evidence    []string // digests of files, "sha256:…"
	Corrects    int64    // seq of the entry that this one puts right, or 0
}

// Signer 签字人 is who acts, in which post; both go into the entry.
type Signer struct {
	Actor string // person, "p-0017"
	Post  string // post, "post/fgj-dispatcher"
}

// Entry 账目 is a fact with its place in the ledger. All of its fields are hashed.
type Entry struct {
	District    string          `json:"district"`
	Seq         int64           `json:"seq"`
	Kind        string          `json:"kind"`
	Subject     string          `json:"subject"`
	EffectiveOn string          `json:"effective_on"`
	RecordedAt  string          `json:"recorded_at"` // RFC 3339, UTC, milliseconds
	Actor       string          `json:"actor"`
	Post        string          `json:"post"`
	Body        json.RawMessage `json:"body"`
	Evidence    []string        `json:"evidence"`
	Corrects    int64           `json:"corrects"`
	Key         string          `json:"key"` // idempotency key, "" where none was given
}

// TimeLayout is how RecordedAt is written: UTC, milliseconds, so that text order is time order.
const TimeLayout = "2006-01-02T15:04:05.000Z"

// NewEntry gives a fact its place. The body is made canonical here, once.
func NewEntry(district string, seq int64, at time.Time, by Signer, key string, f Fact) (Entry, error) {
	raw, err := json.Marshal(f.Body)
	if err != nil {
		return Entry{}, fmt.Errorf("body of %s: %w", f.Kind, err)
	}
	body, err := jcs.Transform(raw)
	if err != nil {
		return Entry{}, fmt.Errorf("body of %s: %w", f.Kind, err)
	}
	ev := slices.Clone(f.Evidence)
	slices.Sort(ev)
	return Entry{District: district, Seq: seq, Kind: f.Kind, Subject: f.Subject, EffectiveOn: f.EffectiveOn,
		RecordedAt: at.UTC().Format(TimeLayout), Actor: by.Actor, Post: by.Post, Body: body, Evidence: slices.Compact(ev),
		Corrects: f.Corrects, Key: key}, nil
}

// Canonical is the entry as RFC 8785 JSON: the bytes that are hashed. Keys are written in the order that the RFC asks for
// (by UTF-16 code units, which for these names is the alphabet); the body is canonical already.
func (e Entry) Canonical() []byte {
	b := make([]byte, 0, 320+len(e.Body))
	b = append(b, `{"actor":`...)
	b = appendString(b, e.Actor)
	b = append(b, `,"body":`...)
	if len(e.Body) == 0 {
		b = append(b, "null"...)
	} else {
		b = append(b, e.Body...)
	}
	b = fmt.Appendf(b, `,"corrects":%d,"district":`, e.Corrects)
	b = appendString(b, e.District)
	b = append(b, `,"effective_on":`...)
	b = appendString(b, e.EffectiveOn)
	b = append(b, `,"evidence":[`...)
	for i, d := range e.Evidence {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, d)
	}
	b = append(b, `],"key":`...)
	b = appendString(b, e.Key)
	b = append(b, `,"kind":`...)
	b = appendString(b, e.Kind)
	b = append(b, `,"post":`...)
	b = appendString(b, e.Post)
	b = append(b, `,"recorded_at":`...)
	b = appendString(b, e.RecordedAt)
	b = fmt.Appendf(b, `,"seq":%d,"subject":`, e.Seq)
	b = appendString(b, e.Subject)
	return append(b, '}')
}

const hexDigits = "0123456789abcdef"

// appendString writes a JSON string as RFC 8785 wants it: short escapes where JSON has them, \u00xx for other control
// characters, everything else as it is.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c >= 0x20:
			b = append(b, c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\r':
			b = append(b, '\\', 'r')
		case c == '\t':
			b = append(b, '\\', 't')
		case c == '\b':
			b = append(b, '\\', 'b')
		case c == '\f':
			b = append(b, '\\', 'f')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return append(b, '"')
}

// Room is the part of the kind before the dot: "dispatch" of "dispatch.reported/1".
func (e Entry) Room() string { room, _, _ := strings.Cut(e.Kind, "."); return room }

// Number 账号 is how people write a ledger position: L-0628-0402 is entry 402, recorded on 28 June.
func (e Entry) Number() string {
	if len(e.RecordedAt) < 10 {
		return fmt.Sprintf("L-%d", e.Seq)
	}
	return fmt.Sprintf("L-%s%s-%04d", e.RecordedAt[5:7], e.RecordedAt[8:10], e.Seq)
}
