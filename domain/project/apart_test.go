package project

import (
	"encoding/json"
	"testing"
	"time"

	"shigan/domain/org"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// shelf is a writer that keeps documents and the last value of each datum.
type shelf struct {
	docs map[string][]byte
	data map[string]string
}

func (s *shelf) Get(kind, id string, into any) (bool, error) {
	raw, ok := s.docs[kind+"/"+id]
	if !ok {
		return false, nil
	}
	return true, json.Unmarshal(raw, into)
}
func (s *shelf) IDs(string, string) ([]string, error) { return nil, nil }
func (s *shelf) Put(kind, id string, doc any) error {
	raw, err := json.Marshal(doc)
	s.docs[kind+"/"+id] = raw
	return err
}
func (s *shelf) Delete(kind, id string) error              { delete(s.docs, kind+"/"+id); return nil }
func (s *shelf) Datum(fact, subject, period, value string) { s.data[fact] = value }
func (s *shelf) Frozen(month, name, subject, value string) {}

func TestAProjectOnlyInListsApartIsInNoMonthsTotal(t *testing.T) {
	s := &shelf{map[string][]byte{}, map[string]string{}}
	var w table.Writer = s
	at := time.Date(2022, 3, 1, 9, 0, 0, 0, time.UTC)
	var seq int64
	do := func(c interface {
		Decide(table.Reader, org.Signer, time.Time) ([]ledger.Fact, error)
	}) {
		t.Helper()
		facts, err := c.Decide(w, org.Signer{}, at)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range facts {
			seq++
			body, _ := json.Marshal(f.Body)
			e := ledger.Entry{Seq: seq, Kind: f.Kind, Subject: f.Subject, EffectiveOn: f.EffectiveOn, Body: body}
			if err := Apply(w, e); err != nil {
				t.Fatal(err)
			}
		}
	}
	want := func(step, listed string) {
		t.Helper()
		if s.data["listed"] != listed {
			t.Errorf("%s: listed is %q, want %q", step, s.data["listed"], listed)
		}
	}
	do(List{ID: "a", Facts: Facts{Name: org.Name{Zh: "甲"}}, List: "renewal", Apart: true})
	want("in a list apart", "")
	do(ChangeList{ID: "a", List: "renewal-2022", Reason: "r", Apart: true})
	want("in two lists apart", "")
	do(ChangeList{ID: "a", List: "46", Reason: "r"})
	want("in a list of the dispatch too", "b:true")
	do(ChangeList{ID: "a", List: "46", Reason: "r", Leave: true})
	want("out of it again", "b:false")
	do(List{ID: "b", Facts: Facts{Name: org.Name{Zh: "乙"}}, List: "208"})
	want("in a list of the dispatch", "b:true")
}
