package api

import (
	"encoding/base64"
	"encoding/json"

	"shigan/kernel/rules"
)

// Page is what every list takes: how many, and where the last answer ended.
type Page struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
	Cursor string `query:"cursor" maxLength:"400"`
}

// A cursor names the last row that was given, by what the list is ordered by, so that rows that come in meanwhile neither hide
// others nor show them twice. It is opaque, and bound to the order that it was made for.
type cursor struct {
	Order string `json:"o"`
	Key   string `json:"k,omitempty"` // sort value of the last row
	ID    string `json:"i,omitempty"`
	Seq   int64  `json:"s,omitempty"`
}

func (c cursor) String() string {
	raw, _ := json.Marshal(c) // strings and numbers only
	return base64.RawURLEncoding.EncodeToString(raw)
}

// readCursor reads a cursor of the same order; ok is false at the beginning.
func readCursor(text, order string) (c cursor, ok bool, err error) {
	if text == "" {
		return cursor{Order: order}, false, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	if err != nil || c.Order != order {
		return cursor{}, false, errCursor
	}
	return c, true, nil
}

// compareValues orders stored values: the greatest first, what is missing last.
func compareValues(a, b string) int {
	x, errX := rules.ParseValue(a)
	y, errY := rules.ParseValue(b)
	none := func(v rules.Value, err error) bool { return err != nil || v.Kind != rules.KindNum || v.IsMissing() }
	switch noX, noY := none(x, errX), none(y, errY); {
	case noX && noY:
		return 0
	case noX:
		return 1
	case noY:
		return -1
	}
	return y.Num.Rat.Cmp(x.Num.Rat)
}
