package casework

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"shigan/domain/org"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// memory 草稿账 is a ledger and its tables held in mind, in which a desk's own tests are played.
type memory struct {
	docs  map[[2]string][]byte
	seq   int64
	keys  map[string]bool
	kinds []string // of the entries, in order
}

func newMemory() *memory { return &memory{docs: map[[2]string][]byte{}, keys: map[string]bool{}} }

func (m *memory) Get(kind, id string, into any) (bool, error) {
	raw, ok := m.docs[[2]string{kind, id}]
	if !ok {
		return false, nil
	}
	return true, json.Unmarshal(raw, into)
}

func (m *memory) IDs(kind, prefix string) ([]string, error) {
	var out []string
	for k := range maps.Keys(m.docs) {
		if k[0] == kind && strings.HasPrefix(k[1], prefix) {
			out = append(out, k[1])
		}
	}
	slices.Sort(out)
	return out, nil
}

func (m *memory) Put(kind, id string, v any) error {
	raw, err := json.Marshal(v)
	m.docs[[2]string{kind, id}] = raw
	return err
}

func (*memory) Datum(_, _, _, _ string)  {}
func (*memory) Frozen(_, _, _, _ string) {}

var _ table.Writer = (*memory)(nil)

// deed is what every command of the house is.
type deed interface {
	Scope(v table.Reader) (org.Scope, error)
	Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error)
}

// do decides and applies; what is refused leaves nothing behind. A key that came before does nothing.
func (m *memory) do(by org.Signer, c deed, at time.Time, key string) error {
	if key != "" && m.keys[key] {
		return nil
	}
	if _, err := c.Scope(m); err != nil {
		return err
	}
	facts, err := c.Decide(m, by, at)
	if err != nil {
		return err
	}
	for _, f := range facts {
		e, err := ledger.NewEntry("370215", m.seq+1, at, by.Ledger(), key, f)
		if err != nil {
			return err
		}
		m.seq = e.Seq
		if err := Apply(m, e); err != nil {
			return err
		}
		m.kinds = append(m.kinds, e.Kind)
	}
	m.keys[key] = key != ""
	return nil
}

// tick runs the ladder's clock once over all cases.
func (m *memory) tick(at time.Time) error {
	ids, _ := m.IDs(TickKind, "")
	for _, id := range ids {
		var t Tick
		if _, err := m.Get(TickKind, id, &t); err != nil {
			return err
		}
		c, due, err := t.Due(at, holidays())
		if err != nil || !due {
			continue
		}
		if err := m.do(org.SystemSigner, c, at, c.Key()); err != nil {
			return err
		}
	}
	return nil
}
