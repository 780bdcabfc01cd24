package web

import (
	"html/template"
	"slices"

	"shigan/app"
	"shigan/kernel/quantity"
	"shigan/kernel/words"
)

// adminRoutes are the pages about lists, rules, the ledger, people and tokens.
func adminRoutes() []route {
	return slices.Concat(importRoutes())
}

// adminFuncs are what their templates call beside the common ones.
func adminFuncs(words.Lang) template.FuncMap {
	return template.FuncMap{
		"hasopt":  func(of []option, key string) bool { return slices.ContainsFunc(of, func(o option) bool { return o.Key == key }) },
		"wantext": func(f quantity.Fen) string { return app.MoneyText(f) },
	}
}
