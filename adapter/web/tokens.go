package web

import (
	"strings"

	"shigan/app"
)

func tokenRoutes() []route {
	return []route{
		{"GET", "/tokens", anybody, (*view).tokensPage, 0},
		{"POST", "/tokens", anybody, (*view).issueToken, 0},
		{"POST", "/tokens/end", anybody, (*view).endToken, 0},
	}
}

type tokenRow struct{ ID, Label, Post, Created, Seen, Ends string }

func (v *view) tokensPage() error { return v.tokensShow("", "", "", 200) }

// tokensShow lists the reader's own tokens; a fresh one is shown this once.
func (v *view) tokensShow(fresh, label, fault string, code int) error {
	all, err := v.Read().Sessions(v.By.Person, "token")
	if err != nil {
		return err
	}
	var rows []tokenRow
	for _, s := range all {
		rows = append(rows, tokenRow{s.Token, s.Label, v.postName(s.Post), s.CreatedAt, s.SeenAt, s.ExpiresAt})
	}
	p := v.newPage(v.T("tokens.title"), map[string]any{"Rows": rows, "Fresh": fresh, "Label": label, "Error": fault})
	return v.s.pages.write(v, code, "tokens", p)
}

func (v *view) issueToken() error {
	label := strings.TrimSpace(v.r.FormValue("label"))
	if label == "" {
		return v.tokensShow("", "", v.T("tokens.no-label"), 422)
	}
	token, err := v.s.o.IssueToken(v.ctx(), v.By, label)
	if err != nil {
		return err
	}
	return v.tokensShow(token, label, "", 200)
}

// endToken ends one of the reader's own tokens; another's is not there for him.
func (v *view) endToken() error {
	id := v.r.FormValue("token")
	s, ok, err := v.Read().SessionOf(id)
	if err != nil {
		return err
	}
	if !ok || s.Person != v.By.Person || s.Kind != "token" {
		return app.ErrNoToken
	}
	if err := v.Read().EndSession(id); err != nil {
		return err
	}
	return v.seeOther("/tokens")
}
