package casework

import (
	"shigan/kernel/quantity"
	"shigan/kernel/rules"
)

// Vocabulary is what this room offers to rules, of one case each. Overdue is not among them: it hangs on now and the holidays,
// and is worked out (Stand), never stated.
func Vocabulary() []rules.Word {
	word := func(name string, u quantity.Unit) rules.Word {
		return rules.Word{Name: name, Of: "case", Unit: u, Per: rules.Standing}
	}
	return []rules.Word{
		word("case_opened", rules.UnitDate),
		word("case_closed", rules.UnitDate),
		word("case_days", quantity.UnitDay),
		word("case_desk", rules.UnitText),
		word("case_unit", rules.UnitText),
		word("case_outcome", rules.UnitText),
		word("case_open", rules.UnitBool),
		word("case_confirmed", rules.UnitBool),
		word("case_fast", rules.UnitBool),
		word("case_unfixed", rules.UnitBool),
		word("case_level", quantity.UnitNumber),
		word("case_climbed", quantity.UnitTimes),
		word("case_reopened", quantity.UnitTimes),
		word("case_returned", quantity.UnitTimes),
	}
}
