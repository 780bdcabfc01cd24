package table

import (
	"encoding/json"
	"slices"
	"strings"
)

// Trial 试写 lets one deed decide several things one after the other, each seeing what those before it are going to write: the
// second case of a visit gets the second number. Nothing of it reaches the tables; the facts do, once, when they are stored.
type Trial struct {
	Reader
	docs map[[2]string][]byte // by kind and id, as JSON: what is read back shares nothing with what was written
}

// NewTrial begins over what is stored.
func NewTrial(v Reader) *Trial { return &Trial{v, map[[2]string][]byte{}} }

func (t *Trial) Get(kind, id string, into any) (bool, error) {
	if raw, ok := t.docs[[2]string{kind, id}]; ok {
		return true, json.Unmarshal(raw, into)
	}
	return t.Reader.Get(kind, id, into)
}

func (t *Trial) IDs(kind, prefix string) ([]string, error) {
	out, err := t.Reader.IDs(kind, prefix)
	if err != nil {
		return nil, err
	}
	out = slices.Clone(out)
	for k := range t.docs {
		if k[0] == kind && strings.HasPrefix(k[1], prefix) {
			out = append(out, k[1])
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

func (t *Trial) Put(kind, id string, v any) error {
	raw, err := json.Marshal(v)
	t.docs[[2]string{kind, id}] = raw
	return err
}

func (*Trial) Datum(_, _, _, _ string)  {}
func (*Trial) Frozen(_, _, _, _ string) {}

var _ Writer = (*Trial)(nil)
