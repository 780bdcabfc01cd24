package api

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"shigan/domain/org"
)

// rightOf is what every operation needs. Whoever adds an operation writes it down here; an operation that stands only in the
// table, or only here, fails.
var rightOf = map[string]string{
	"sign-in": public, "sign-out": anybody, "switch-post": anybody, "me": anybody, "tokens": anybody, "issue-token": anybody, "revoke-token": anybody,
	"draft": anybody, "save-draft": anybody, "views": "read.projects", "save-views": "read.projects", "find": "read.projects",
	"district": "read.district", "my": "read.my", "projects": "read.projects", "project": "read.project", "figures": "read.month", "explain": "read.month",
	"try": "read.month", "months": "read.month", "month": "read.month", "reports": "read.month", "report": "read.month", "preview": "read.my",
	"reds": "read.dispatch", "check-freeze": "read.dispatch", "entries": "read.entry", "checkpoint": public, "verify": "read.audit", "entry": "read.entry",
	"proof": "read.entry", "file": "read.entry", "rules": "read.rules", "replay": "read.month", "pack": "read.rules", "units": "read.people",
	"posts": "read.people", "persons": "read.people", "accounts": "read.accounts", "set-password": "set.password",
	"cases": "read.cases", "case": "read.cases", "case-ladder": "read.cases", "case-counts": "read.cases", "brief": "read.brief",
	"bulletin": "read.month", "bulletin-file": "read.month", "letter": "read.project", "slip": "read.project", "wall": "read.dispatch",
	"visits": "read.visit", "visit": "read.visit", "messages": anybody, "see-messages": anybody, "message-settings": anybody, "save-message-settings": anybody, "unread-messages": anybody, "try-message-settings": anybody, "delivery-counts": "read.deliveries", "ask-address": anybody, "confirm-address": anybody,
	"calendars": anybody, "make-calendar": anybody, "end-calendar": anybody, "hooks": "read.deliveries", "deliveries": "read.deliveries", "templates": "read.dispatch", "fill-template": "read.dispatch", "plan-import": "read.import",
	"meetings": "read.meeting", "next-meetings": "read.meeting", "recognise-decision": "read.meeting", "meeting": "read.meeting", "meeting-agenda": "read.meeting",
	"meeting-live": "read.meeting", "meeting-pack": "read.meeting", "meeting-follow-up": "read.meeting", "meeting-minutes": "read.meeting",
	"meeting-minutes-file": "read.meeting", "rhythms": "read.rules", "rhythm": "read.rules",
	"forecasts": "read.forecasts", "try-actions": "read.forecasts", "forecast-record": "read.forecasts", "programmes": "read.forecasts", "network": "read.project", "network-file": "read.project",
}

// inside are rights that are asked for within operations, for a part of the answer or behind another door.
var inside = []string{"read.personal", "read.metrics", "read.case"}

// deedOf names the operation of a deed: project.set-plan is project-set-plan.
func deedOf(deed string) string { return strings.ReplaceAll(deed, ".", "-") }

func TestEveryDeedAndEveryReadHasItsOperation(t *testing.T) {
	d := open(t)
	want := maps.Clone(rightOf)
	for _, deed := range org.Deeds() {
		if !strings.HasPrefix(deed, "read.") && deed != "set.password" {
			want[deedOf(deed)] = deed
		}
	}
	used := map[string]bool{}
	for _, op := range d.s.ops {
		used[op.Right] = true
		if right, ok := want[op.ID]; !ok {
			t.Errorf("operation %s is in no table of rights", op.ID)
		} else if right != op.Right {
			t.Errorf("operation %s asks for %s, should ask for %s", op.ID, op.Right, right)
		}
		delete(want, op.ID)
	}
	for id, right := range want {
		t.Errorf("%s (%s) has no operation", id, right)
	}
	for _, right := range org.Deeds() {
		if !used[right] && !slices.Contains(inside, right) {
			t.Errorf("the right %s opens nothing in the API", right)
		}
	}
}

// TestWhoMayDoWhat walks every operation as every role, and as nobody.
func TestWhoMayDoWhat(t *testing.T) {
	d := open(t)
	size := d.size(t)
	fill := strings.NewReplacer("{id}", "JM-001", "{project}", "JM-001", "{month}", "2022-05", "{seq}", "55", "{digest}", "x", "{form}", "f", "{place}", "sample",
		"{rule}", "jimo", "{version}", "1", "{format}", "html", "{front}", "projects")
	for _, op := range d.s.ops {
		if op.ID == "sign-out" { // ends the token that the walk goes on with
			continue
		}
		path := fill.Replace(op.Path)
		isDeed := strings.Contains(op.Right, ".") && !strings.HasPrefix(op.Right, "read.") && op.Right != "set.password" && op.ID != "dispatch-import"
		if isDeed {
			path += "?dry_run=true"
		}
		var body any
		if op.Method != http.MethodGet {
			body = obj{}
		}
		r := d.ask(t, "", op.Method, path, body)
		if op.Right == public {
			if r.status == http.StatusUnauthorized && op.ID != "sign-in" || r.status == http.StatusForbidden {
				t.Errorf("%s is public and answers %d", op.ID, r.status)
			}
			continue
		}
		p := r.problem(t, http.StatusUnauthorized, "api.no-token")
		if r.header.Get("WWW-Authenticate") == "" || p.Title == "" {
			t.Errorf("%s: a 401 without its header or sentence", op.ID)
		}
		d.ask(t, "", op.Method, path, body, "Authorization", "Bearer nonsense").problem(t, http.StatusUnauthorized, "app.session-ended")
		for post, by := range d.who {
			r := d.ask(t, post, op.Method, path, body)
			may := op.Right == anybody || slices.ContainsFunc(org.RolesFor(op.Right), by.Has)
			switch {
			case !may:
				r.problem(t, http.StatusForbidden, "org.may-not")
			case r.status == http.StatusForbidden && post != "other" && op.ID != "issue-token": // another owner is out of scope; a token makes no tokens
				t.Errorf("%s may %s and is refused: %s", post, op.ID, r.raw)
			case r.status >= http.StatusInternalServerError:
				t.Errorf("%s as %s: %d %s", op.ID, post, r.status, r.raw)
			}
		}
	}
	if now := d.size(t); now != size {
		t.Errorf("the walk left %d entries behind", now-size)
	}
}

// TestReachIsThatOfThePages: another enterprise's owner sees nothing of a project, by whatever way he asks.
func TestReachIsThatOfThePages(t *testing.T) {
	d := open(t)
	for _, path := range []string{"/projects/JM-001", "/figures?names=lag&subjects=project/JM-001", "/figures/explain?name=lag&subject=project/JM-001",
		"/months/2022-05/reports/JM-001", "/ledger/56", "/ledger/56/proof", "/ledger/56/files/x"} {
		d.get(t, "other", path).problem(t, http.StatusForbidden, "org.may-not")
		if r := d.get(t, "owner", path); r.status == http.StatusForbidden {
			t.Errorf("%s: the owner is refused: %s", path, r.raw)
		}
	}
	var rows ProjectList
	d.get(t, "other", "/projects").ok(t).into(t, &rows)
	var reports list[Report]
	d.get(t, "other", "/months/2022-05/reports").ok(t).into(t, &reports)
	var month MonthStatus
	d.get(t, "other", "/months/2022-05").ok(t).into(t, &month)
	var cols Columns
	d.get(t, "other", "/figures?names=lag").ok(t).into(t, &cols)
	if len(rows.Items)+len(reports.Items)+len(month.Accepted)+len(cols.Subjects) != 0 || month.Counts.Accepted != 1 {
		t.Errorf("another owner sees %v %v %v %v", rows.Items, reports.Items, month.Accepted, cols.Subjects)
	}
	var entries list[Entry]
	d.get(t, "other", "/ledger?limit=500").ok(t).into(t, &entries)
	for _, e := range entries.Items {
		if strings.HasPrefix(e.Subject, "project/") || strings.HasPrefix(e.Subject, "person/") {
			t.Errorf("another owner sees entry %d about %s", e.Seq, e.Subject)
		}
	}
	d.get(t, "audit", "/ledger/56").ok(t)
	d.post(t, "other", "/months/2022-06/reports/JM-001", obj{"content": obj{"month": "1", "ytd": "1", "progress": "x"}}).problem(t, http.StatusForbidden, "org.may-not")
	d.post(t, "other", "/months/2022-06/reports/JM-001/preview", obj{"month": "1", "ytd": "1", "progress": "x"}).problem(t, http.StatusForbidden, "org.may-not")
}

func TestNamesAreForThoseWhoMayReadThemAndNumbersForNobody(t *testing.T) {
	d := open(t)
	for post, named := range map[string]bool{"dispatcher": true, "security": true, "leader": false, "system": false} {
		r := d.get(t, post, "/persons").ok(t)
		var all list[PersonRow]
		r.into(t, &all)
		if (all.Items[0].Name != "") != named {
			t.Errorf("%s: name %q", post, all.Items[0].Name)
		}
		if strings.Contains(string(r.raw), "13800001234") || strings.Contains(string(r.raw), "138****") {
			t.Errorf("%s reads a telephone number", post)
		}
	}
}
