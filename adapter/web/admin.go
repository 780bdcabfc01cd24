package web

import (
	"html/template"
	"slices"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/kernel/quantity"
	"shigan/kernel/words"
)

// adminRoutes are the pages about lists, rules, the ledger, people and tokens.
func adminRoutes() []route {
	return slices.Concat(importRoutes(), caseImportRoutes(), rulesRoutes(), ledgerRoutes(), peopleRoutes(), tokenRoutes())
}

// shortHash is a digest as it is compared by eye: its method, its beginning and its end.
func shortHash(s string) string {
	name, hex, ok := strings.Cut(s, ":")
	if !ok {
		name, hex = "", s
	}
	if len(hex) < 24 {
		return s
	}
	return strings.TrimSpace(strings.ToUpper(name) + " " + hex[:4] + " " + hex[4:8] + " " + hex[8:12] + " … " + hex[len(hex)-4:])
}

// weight is the size of a file as people read it.
func weight(n int) string {
	if n < 1<<20 {
		return strconv.Itoa((n+1023)/1024) + " KB"
	}
	return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MB"
}

// adminFuncs are what their templates call beside the common ones.
func adminFuncs(words.Lang) template.FuncMap {
	return template.FuncMap{
		"hasopt": func(of []option, key string) bool {
			return slices.ContainsFunc(of, func(o option) bool { return o.Key == key })
		},
		"has":     func(of []string, x string) bool { return slices.Contains(of, x) },
		"hash":    shortHash,
		"wantext": func(f quantity.Fen) string { return app.MoneyText(f) },
	}
}
