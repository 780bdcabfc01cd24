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
	one := []rules.Word{
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
	return append(one, groupWords()...)
}

// GroupWords 件组 are facts of a group of cases: of a desk's use, a unit, a level, a kind. Nobody states them; the store counts cases by
// the columns of its lists, and the cases are what they are made of. Those of a month are of the cases that were opened or closed in it;
// those to date, of all closed in its year up to its end. What hangs on now is known for now only.
const GroupWords = "cases"

func groupWords() (out []rules.Word) {
	for _, name := range []string{"cases_all", "cases_ended", "cases_open", "cases_overdue", "cases_near", "cases_opened", "cases_closed", "cases_climbed", "cases_reopened",
		"cases_called", "cases_responded", "cases_solved", "cases_satisfied",
		"cases_closed_ytd", "cases_confirmed_ytd", "cases_signed_ytd", "cases_unfixed_ytd", "cases_again_ytd", "cases_fast_ytd",
		"cases_done_ytd", "cases_part_ytd", "cases_refused_ytd", "cases_not_ours_ytd", "cases_withdrawn_ytd", "cases_not_true_ytd", "cases_excluded_ytd"} {
		out = append(out, rules.Word{Name: name, Of: GroupWords, Unit: quantity.UnitCase, Per: rules.PerMonth})
	}
	for _, name := range []string{"cases_days_mean", "cases_days_median"} {
		out = append(out, rules.Word{Name: name, Of: GroupWords, Unit: quantity.UnitDay, Per: rules.PerMonth})
	}
	return out
}
