package network

import "slices"

// Finding 发现 is something to know about a schedule: a code, whose sentence stands in kernel/words under that key, the activity
// that it is about (empty: the whole), and the values of the sentence.
type Finding struct {
	Code     string         `json:"code"`
	Activity string         `json:"activity,omitempty"`
	Args     map[string]any `json:"args,omitempty"`
}

// found makes a finding with values as name, value, name, value.
func found(code, activity string, pairs ...any) Finding {
	f := Finding{Code: code, Activity: activity}
	for i := 0; i+1 < len(pairs); i += 2 {
		if f.Args == nil {
			f.Args = map[string]any{}
		}
		f.Args[pairs[i].(string)] = pairs[i+1]
	}
	return f
}

// Find is found for other rooms.
func Find(code, activity string, pairs ...any) Finding { return found(code, activity, pairs...) }

// Has tells whether findings hold a code.
func Has(all []Finding, code string) bool {
	return slices.ContainsFunc(all, func(f Finding) bool { return f.Code == code })
}
