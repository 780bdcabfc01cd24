package sheet

import (
	"regexp"
	"strings"
)

const unitAlternatives = `万亿元|百亿元|亿元|千万元|百万元|十万元|万元|千元|百元|元|亿|万`

var (
	// 单位：万元; 单位：个、亿元; 金额单位：人民币万元. The words between may only be other units, so that 填报单位：开元街道 is none.
	unitSaid = regexp.MustCompile(`单位(?:[:为是=]|均为|统一为|\()*((?:人民币|个|项|亩|家|人|平方米|万平方米|公里|吨|%|年|月|处|户|[、,/;和及 ])*)(` + unitAlternatives + `)((?:[、,/;和及](?:个|项|亩|家|人|平方米|万平方米|公里|%|人民币|` + unitAlternatives + `))*)(?:[^\p{Han}]|$)`)
	// （万元）, （单位：万元）, （投资：亿元、面积：亩）
	unitBracket = regexp.MustCompile(`\((?:[^()]*[:、,/为])?(?:人民币)?(` + unitAlternatives + `)(?:[、,/;:][^()]*)?\)`)
	// 总投资:亿元, 投资额/万元, and a cell that says 万元 alone
	unitTail  = regexp.MustCompile(`(?:[:/,;_]|单位:?)(?:人民币)?(` + unitAlternatives + `)$`)
	unitAlone = regexp.MustCompile(`^\(?(?:单位)?:?(?:人民币)?(` + unitAlternatives + `)\)?$`)
	// 投资额以万元为单位, 以亿元计
	unitBy = regexp.MustCompile(`(?:以|按)(?:人民币)?(` + unitAlternatives + `)(?:为单位|计|为计量单位)`)
	// 总投资亿元: no bracket at all
	unitBare = regexp.MustCompile(`(?:投资|金额|资金|投资额|完成)(亿元|万元)$`)
)

// unitsIn lists the units of money that a line names, each once.
func unitsIn(line string) []Unit {
	f := fold(line)
	var out []Unit
	add := func(s string) {
		u, ok := unitNames[s]
		for _, have := range out {
			ok = ok && have != u
		}
		if ok {
			out = append(out, u)
		}
	}
	for _, m := range unitSaid.FindAllStringSubmatch(f, -1) {
		add(m[2])
		for _, w := range strings.FieldsFunc(m[3], func(r rune) bool { return strings.ContainsRune("、,/;和及", r) }) {
			add(strings.TrimPrefix(w, "人民币"))
		}
	}
	if len(out) == 0 {
		for _, p := range []*regexp.Regexp{unitBracket, unitBy} {
			for _, m := range p.FindAllStringSubmatch(f, -1) {
				add(m[1])
			}
		}
	}
	if len(out) == 0 {
		if m := unitAlone.FindStringSubmatch(f); m != nil {
			add(m[1])
		}
	}
	return out
}

// cutUnit takes the unit out of a folded heading.
func cutUnit(label string) (rest string, u Unit) {
	for _, p := range []*regexp.Regexp{unitAlone, unitBracket, unitTail, unitBare} {
		if m := p.FindStringSubmatchIndex(label); m != nil {
			u := unitNames[label[m[2]:m[3]]]
			if p == unitBare {
				return label[:m[2]], u
			}
			return label[:m[0]] + label[m[1]:], u
		}
	}
	return label, NoUnit
}
