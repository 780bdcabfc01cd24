package web_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"shigan/adapter/web"
	"shigan/domain/org"
)

// posts of the small district, one per role, and one owner of something else.
var walkers = []string{"leader", "dispatcher", "line", "local", "owner", "other", "rulekeeper", "supervisor", "system", "security", "audit"}

// fill gives a route's placeholders something that is there.
func fill(path string) string {
	return strings.NewReplacer("{$}", "", "{id}", "JM-001", "{month}", "2022-06", "{seq}", "45", "{place}", "sample", "{rule}", "jimo", "{front}", "projects",
		"{project}", "JM-001", "{digest}", "sha256:00", "{format}", "docx", "{person}", "p-owner", "{post}", "owner", "{version}", "1").Replace(path)
}

func client(t testing.TB, base, login string) *http.Client {
	t.Helper()
	jar, _ := cookiejar.New(nil)
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if login == "" {
		return c
	}
	res, err := c.PostForm(base+"/signin", url.Values{"login": {login}, "password": {"shigan-test"}})
	if err != nil || res.StatusCode != 303 {
		t.Fatalf("%s cannot sign in: %v %v", login, res.Status, err)
	}
	res.Body.Close()
	return c
}

// TestEveryRouteIsWalkedByEveryRole holds what each role may open against a table that is read by people: a new route fails here
// until somebody has written down who may open it. Nobody signed out gets further than the door.
func TestEveryRouteIsWalkedByEveryRole(t *testing.T) {
	_, _, srv := site(t)
	clients := map[string]*http.Client{}
	for _, w := range walkers {
		clients[w] = client(t, srv.URL, w)
	}
	nobody := client(t, srv.URL, "")
	var got strings.Builder
	fmt.Fprintf(&got, "# route, right, and who gets in (%s)\n", strings.Join(walkers, " "))
	for _, r := range web.RouteTable() {
		if r.Right != "public" && r.Right != "anybody" && !slices.Contains(org.Deeds(), r.Right) {
			t.Errorf("%s %s asks for a right that rights.yaml does not know: %s", r.Method, r.Path, r.Right)
		}
		if r.Path == "/signout" || r.Path == "/post" {
			continue // they would end the walk
		}
		try := func(c *http.Client) int {
			req, _ := http.NewRequest(r.Method, srv.URL+fill(r.Path), strings.NewReader(""))
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			res, err := c.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			io.Copy(io.Discard, res.Body)
			res.Body.Close()
			return res.StatusCode
		}
		if code := try(nobody); r.Right != "public" && code != 401 && code != 303 {
			t.Errorf("%s %s answers %d to somebody who is not signed in", r.Method, r.Path, code)
		}
		var in []string
		for _, w := range walkers {
			switch code := try(clients[w]); {
			case code >= 500:
				t.Errorf("%s %s breaks for %s: %d", r.Method, r.Path, w, code)
			case code != 403 && code != 401:
				in = append(in, w)
			}
		}
		fmt.Fprintf(&got, "%-6s %-34s %-24s %s\n", r.Method, r.Path, r.Right, strings.Join(in, " "))
	}
	const golden = "testdata/routes_by_role.txt"
	want, _ := os.ReadFile(golden)
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if string(want) != got.String() {
		t.Errorf("who may open what has changed; read the difference, then UPDATE=1:\n%s", diff(string(want), got.String()))
	}
}

func diff(a, b string) string {
	in := func(all []string, l string) bool { return slices.Contains(all, l) }
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	var out []string
	for _, l := range x {
		if !in(y, l) {
			out = append(out, "- "+l)
		}
	}
	for _, l := range y {
		if !in(x, l) {
			out = append(out, "+ "+l)
		}
	}
	return strings.Join(out, "\n")
}
