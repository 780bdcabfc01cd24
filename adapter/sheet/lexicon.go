package sheet

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

// Field is what a column holds; the names are those of the output.
type Field string

const (
	FieldNone        Field = ""
	FieldName        Field = "name"
	FieldTotal       Field = "total_investment"
	FieldInvested    Field = "invested_to_last_year"
	FieldPlanned     Field = "planned_year_investment"
	FieldMonth       Field = "month_investment"
	FieldYTD         Field = "ytd_investment"
	FieldStart       Field = "start"
	FieldFinish      Field = "finish"
	FieldGoal        Field = "year_goal_text"
	FieldPlace       Field = "place"
	FieldOwner       Field = "owner"
	FieldResponsible Field = "responsible_unit"
	FieldLine        Field = "line_department"
	FieldLeader      Field = "leader"
	FieldContact     Field = "contact"
	FieldGroup       Field = "group"
	FieldScope       Field = "scope_text"
	FieldNature      Field = "nature"
	FieldLevel       Field = "list_level"
	FieldCategory    Field = "category"
	FieldCode        Field = "code"
	FieldProgress    Field = "progress_text"
	FieldProblem     Field = "problem_text"
	FieldNext        Field = "next_text"
	FieldRemark      Field = "remark"

	// Readings that are settled by the rest of the table, never printed.
	fieldPeriod      Field = "period"            // both start and finish
	fieldCumulative  Field = "cumulative"        // of the year in a dispatch table, up to last year in a plan
	fieldPerson      Field = "leader_or_contact" // 责任人
	fieldSupervising Field = "supervising"       // 监管单位
	fieldCount       Field = "count"             // 个数: the table counts projects, it does not list them
	fieldKnownNone   Field = "none"              // known, and no field of the list
)

var moneyFields = []Field{FieldTotal, FieldInvested, FieldPlanned, FieldMonth, FieldYTD}

func (f Field) isMoney() bool {
	for _, m := range moneyFields {
		if f == m {
			return true
		}
	}
	return f == fieldCumulative
}

func (f Field) isTime() bool { return f == FieldStart || f == FieldFinish || f == fieldPeriod }

//go:embed lexicon.yaml
var lexiconText []byte

type rule struct {
	Field   Field  `yaml:"field"`
	Match   string `yaml:"match"`
	Not     string `yaml:"not"`
	Weak    bool   `yaml:"weak"`
	Numbers string `yaml:"numbers"`
	Instead Field  `yaml:"instead"`

	match, not *regexp.Regexp
}

type lexicon struct {
	Rules []*rule `yaml:"rules"`
	Rows  struct {
		Total, Subtotal, Note, Title, Goal, Surnames string
		Natures, Levels                              []string
		PlaceEnds                                    []string `yaml:"place_ends"`
		UnitEnds                                     []string `yaml:"unit_ends"`
		ProjectEnds                                  []string `yaml:"project_ends"`
	} `yaml:"rows"`

	total, subtotal, note, title, goal *regexp.Regexp
}

// words is the lexicon; it is part of the binary, so a fault in it is caught by the first test.
var words = sync.OnceValue(func() *lexicon {
	l := &lexicon{}
	if err := yaml.Unmarshal(lexiconText, l); err != nil {
		panic(err)
	}
	for _, r := range l.Rules {
		r.match = regexp.MustCompile(r.Match)
		if r.Not != "" {
			r.not = regexp.MustCompile(r.Not)
		}
	}
	l.total = regexp.MustCompile(l.Rows.Total)
	l.subtotal = regexp.MustCompile(l.Rows.Subtotal)
	l.goal = regexp.MustCompile(l.Rows.Goal)
	l.title = regexp.MustCompile(l.Rows.Title)
	l.note = regexp.MustCompile(l.Rows.Note)
	return l
})

// rule finds the first rule for a folded heading.
func (l *lexicon) rule(heading string) *rule {
	if heading == "" || len(heading) > 160 { // no heading is that long, and every rule would be tried on it
		return nil
	}
	for _, r := range l.Rules {
		if r.match.MatchString(heading) && (r.not == nil || !r.not.MatchString(heading)) {
			return r
		}
	}
	return nil
}

func endsWithAny(s string, ends []string) bool {
	for _, e := range ends {
		if strings.HasSuffix(s, e) {
			return true
		}
	}
	return false
}

func oneOf(s string, list []string) bool {
	for _, e := range list {
		if s == e {
			return true
		}
	}
	return false
}
