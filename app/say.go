package app

import (
	"errors"
	"fmt"

	"shigan/kernel/fault"
	"shigan/kernel/ledger"
	"shigan/kernel/rules"
	"shigan/kernel/words"
)

// spokenPrefixes lead to the words for what a refusal names by its key: lights, stages, doubts, figures.
var spokenPrefixes = []string{"hue.", "stage.", "doubt.", "light.", "deed.", "fact.", "figure.", "meeting."}

// Sentence is a refusal as its reader reads it.
func Sentence(lang words.Lang, f *fault.Fault) string {
	args := map[string]any{}
	for k, v := range f.Args {
		args[k] = spoken(lang, v)
	}
	return words.Say(lang, "fault."+f.Code, args)
}

func spoken(lang words.Lang, v any) any {
	if list, ok := v.([]string); ok {
		text := ""
		for i, s := range list {
			if i > 0 {
				text += words.Say(lang, "list.and")
			}
			text += fmt.Sprint(spoken(lang, s))
		}
		return text
	}
	if say, ok := v.(rules.Say); ok { // a text of a pack
		return say.In(lang)
	}
	s, ok := v.(string)
	if !ok {
		return v
	}
	for _, prefix := range spokenPrefixes {
		if words.Has(prefix + s) {
			return words.Say(lang, prefix+s)
		}
	}
	return s
}

// ErrKeyUsed is an idempotency key that somebody else's deed carries.
var ErrKeyUsed = fault.New(fault.Conflict, "app.key-used")

// repeated completes the receipt of a deed that was done before under the same key.
func repeated(r Reader, rec Receipt, actor string) (Receipt, error) {
	var seqs []int64
	for seq := rec.First; seq <= rec.Last; seq++ {
		seqs = append(seqs, seq)
	}
	entries, err := r.EntriesIn(seqs)
	if err != nil {
		return rec, err
	}
	for _, seq := range seqs {
		e, ok := entries[seq]
		if !ok {
			return rec, errors.New("an entry of the receipt is not there")
		}
		if e.Actor != actor {
			return Receipt{}, ErrKeyUsed
		}
		rec.Number, rec.Kinds = ledger.Entry{Seq: e.Seq, RecordedAt: e.RecordedAt}.Number(), append(rec.Kinds, e.Kind)
	}
	return rec, nil
}
