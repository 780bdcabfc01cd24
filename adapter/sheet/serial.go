package sheet

import (
	"regexp"
	"strings"
)

type serialKind int

const (
	noSerial    serialKind = iota
	plainSerial            // 7, JG-07, 7.
	childSerial            // 7-1, 7.1: the first part is the parent's
	innerSerial            // (1), ①: inside whatever came before
	groupSerial            // 一, （一）, 第一部分
)

// serialSaid is what stands in a column of serials.
type serialSaid struct {
	kind   serialKind
	text   string
	parent string // of a childSerial
	rank   int    // of a groupSerial
}

var (
	plainNo  = regexp.MustCompile(`^(?:no\.?|第)?([0-9]{1,5})(?:\.0)?[.、号]?$`)
	codeNo   = regexp.MustCompile(`^[a-z]{1,4}[-_]?[0-9]{1,5}$|^[\p{Han}]{1,3}[-_]?[0-9]{1,5}$|^[★▲△☆*●◆※]+[0-9]{1,4}$|^[0-9]{1,4}[★▲△☆*●◆※]+$`)
	childNo  = regexp.MustCompile(`^([0-9]{1,4})[-.~_.]([0-9]{1,3})$`)
	child3No = regexp.MustCompile(`^([0-9]{1,4}[-.][0-9]{1,3})[-.]([0-9]{1,3})$`)
	innerNo  = regexp.MustCompile(`^(?:\(([0-9]{1,3})\)|([0-9]{1,3})\)|[①-⑳])$`)
	groupNo1 = regexp.MustCompile(`^(?:第?([一二三四五六七八九十百]{1,4})(?:[、.,:]|部分|类|章|批)?|[ivx]{1,4}[、.]|[a-h][、.]|[Ⅰ-Ⅻⅰ-ⅻ][、.]?|附件[0-9一二三四五六七八九十]*)$`)
	groupNo2 = regexp.MustCompile(`^\([一二三四五六七八九十百]{1,4}\)[、.]?$`)
)

// serialOf reads a cell of a column of serials.
func serialOf(text string) serialSaid {
	f := fold(text)
	switch {
	case f == "":
		return serialSaid{}
	case plainNo.MatchString(f):
		return serialSaid{kind: plainSerial, text: plainNo.FindStringSubmatch(f)[1]}
	case child3No.MatchString(f):
		return serialSaid{kind: childSerial, text: f, parent: child3No.FindStringSubmatch(f)[1]}
	case childNo.MatchString(f):
		return serialSaid{kind: childSerial, text: f, parent: childNo.FindStringSubmatch(f)[1]}
	case innerNo.MatchString(f):
		return serialSaid{kind: innerSerial, text: f}
	case groupNo2.MatchString(f):
		return serialSaid{kind: groupSerial, text: f, rank: 2}
	case groupNo1.MatchString(f):
		return serialSaid{kind: groupSerial, text: f, rank: 1}
	case codeNo.MatchString(f):
		return serialSaid{kind: plainSerial, text: strings.Trim(f, "★▲△☆*●◆※")}
	}
	return serialSaid{}
}

var (
	markRank0 = regexp.MustCompile(`^第[一二三四五六七八九十]{1,3}(?:部分|类|章|批|篇|板块)[:、.]?`)
	markRank1 = regexp.MustCompile(`^(?:[一二三四五六七八九十]{1,3}(?:[、.:,]|是[:、])|[Ⅰ-Ⅻ][、.]?|[A-H][、.])`)
	markRank2 = regexp.MustCompile(`^\([一二三四五六七八九十]{1,3}\)[、.]?`)
	markRank3 = regexp.MustCompile(`^[0-9]{1,3}(?:[.、]|,(?:[^0-9]))`)
	markRank4 = regexp.MustCompile(`^(?:\([0-9]{1,3}\)|[0-9]{1,3}\))[、.]?`)
	markRank5 = regexp.MustCompile(`^[①-⑳][、.]?`)
	markRank6 = regexp.MustCompile(`^-{1,2}[^0-9-]`)
)

// marker takes the mark off the front of a text: 一、 （一） 1. (1) ① ——. rank is -1 when there is none.
func marker(text string) (rank int, rest string) {
	s := squeeze(text)
	f := []rune(s)
	folded := strings.Map(foldRune, s)
	cut := func(m string) string {
		n := len([]rune(m))
		if n > len(f) {
			return s
		}
		return string(f[n:])
	}
	for i, p := range []*regexp.Regexp{markRank0, markRank1, markRank2, markRank3, markRank4, markRank5, markRank6} {
		m := p.FindString(folded)
		if m == "" {
			continue
		}
		switch i {
		case 3:
			if r := []rune(folded[len(m):]); len(r) > 0 && r[0] >= '0' && r[0] <= '9' && strings.HasSuffix(m, ".") {
				return -1, s // 1.5万吨, 2.0版: a number, no mark
			}
			if strings.Contains(m, ",") {
				m = m[:strings.Index(m, ",")+1]
			}
		case 6:
			m = folded[:len(folded)-len(strings.TrimLeft(folded, "-"))]
		}
		return i, cut(m)
	}
	return -1, s
}

var (
	countTail = regexp.MustCompile(`[(\[]?(?:共|合计|总计|计|含|小计)?[:]?[0-9]+(?:个|项|家|件|宗)(?:项目|工程|子项目)?[)\]]?$`)
	countNote = regexp.MustCompile(`\((?:共|合计|总计|计|含)?[:]?([0-9]+)(?:个|项|家|件)(?:项目|工程)?(?:[,，;；、:].*)?\)$`)
	countIn   = regexp.MustCompile(`([0-9]+)(?:个|项|家|件|宗)(?:项目|工程|子项目)?\)?(?:[,;、:].*)?$`)
)

// groupName takes marks and counts off a group's heading. count is what the heading says, -1 when it says nothing.
func groupName(text string) (name string, count int) {
	_, s := marker(text)
	folded := strings.Map(foldRune, s)
	count = -1
	if m := countIn.FindStringSubmatch(folded); m != nil {
		for _, p := range []*regexp.Regexp{countNote, countTail} {
			if loc := p.FindStringIndex(folded); loc != nil && loc[0] > 0 {
				count = atoi(m[1])
				s = string([]rune(s)[:len([]rune(folded[:loc[0]]))])
				break
			}
		}
	}
	s = strings.TrimRight(s, "：:，,、。.（( ")
	return s, count
}
