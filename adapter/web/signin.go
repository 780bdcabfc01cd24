package web

import (
	"net/http"
	"strings"
	"time"

	"shigan/app"
	"shigan/domain/org"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
	"shigan/kernel/words"
)

func parseStamp(s string) (time.Time, error) { return time.Parse(ledger.TimeLayout, s) }

// local keeps a redirect inside the site.
func local(to string) string {
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n") {
		return "/"
	}
	return to
}

func (v *view) signInPage() error {
	return v.page("signin", v.T("signin.title"), map[string]any{"To": local(v.r.FormValue("to")), "Error": "", "Login": ""}, nil)
}

func (v *view) signIn() error {
	token, _, err := v.s.o.SignIn(v.ctx(), v.r.FormValue("login"), v.r.FormValue("password"))
	if err != nil {
		f, ok := fault.Of(err)
		if !ok {
			return err
		}
		p := v.newPage(v.T("signin.title"), map[string]any{"To": local(v.r.FormValue("to")), "Error": sentence(v.Lang, f), "Login": v.r.FormValue("login")})
		return v.s.pages.write(v, 401, "signin", p)
	}
	v.cookie(sessionCookie, token, 12*time.Hour)
	return v.seeOther(local(v.r.FormValue("to")))
}

func (v *view) cookie(name, value string, life time.Duration) {
	http.SetCookie(v.w, &http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, Secure: v.s.opt.Secure, SameSite: http.SameSiteLaxMode, MaxAge: int(life.Seconds())})
}

func (v *view) signOut() error {
	if c, err := v.r.Cookie(sessionCookie); err == nil {
		if err := v.s.o.SignOut(v.ctx(), c.Value); err != nil {
			return err
		}
	}
	v.cookie(sessionCookie, "", -time.Hour)
	return v.seeOther("/signin")
}

func (v *view) switchPost() error {
	c, err := v.r.Cookie(sessionCookie)
	if err != nil {
		return app.ErrSession
	}
	if err := v.s.o.SwitchPost(v.ctx(), c.Value, v.r.FormValue("post")); err != nil {
		return err
	}
	return v.seeOther("/")
}

// prefer keeps language and theme.
func (v *view) prefer() error {
	if l := v.r.FormValue("lang"); l != "" {
		v.cookie(langCookie, string(words.ParseLang(l)), 365*24*time.Hour)
	}
	switch v.r.FormValue("theme") {
	case "dark":
		v.cookie(themeCookie, "dark", 365*24*time.Hour)
	case "light":
		v.cookie(themeCookie, "", -time.Hour)
	}
	return v.seeOther(local(v.r.FormValue("to")))
}

func (v *view) saveDraft() error {
	if err := v.Read().PutDraft(v.By.Person, v.r.FormValue("form"), v.r.FormValue("body"), v.s.o.Clock().UTC().Format(ledger.TimeLayout)); err != nil {
		return err
	}
	v.w.WriteHeader(http.StatusNoContent)
	return nil
}

// home sends each role to the page that it comes for.
func (v *view) home() error {
	switch {
	case v.By.Has(org.System), v.By.Has(org.Security), v.By.Has(org.Audit):
		return v.seeOther("/people")
	case v.By.Has(org.Owner), v.By.Has(org.Local):
		if !v.By.Has(org.Dispatcher) {
			return v.seeOther("/my")
		}
	}
	return v.district()
}
