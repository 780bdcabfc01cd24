package demo

import (
	"embed"
	"fmt"
	"sync"

	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/quantity"

	"github.com/goccy/go-yaml"
)

//go:embed data/*.yaml
var files embed.FS

// unitData is one organisation in units.yaml.
type unitData struct {
	ID, Zh, En, Place, Code, Source string
	Overlaps                        []string
	Sample, Zone                    bool
}

// name of a unit in both languages.
func (u unitData) name() org.Name { return org.Name{Zh: u.Zh, En: u.En} }

type unitsData struct {
	District                                   unitData
	Bodies, Departments, Towns, Zones, Outside []unitData
}

type postData struct {
	ID, Unit, Zh, En, Person, From string
	Roles                          []org.Role
}

type peopleData struct {
	Posts    []postData
	Turnover []struct {
		Post, On, Reason string
		PersonOf         string `yaml:"person_of"`
	}
	Kinds           map[string]postData
	Surnames, Given []string
	Accounts        []struct{ Login, Post, Can string }
	Password        string
}

type movedData struct{ What, Day, On, Reason string }

// namedData is a project that the pages show by name; money in 万元.
type namedData struct {
	ID, Fate, Zh, En, Source, List, Level, Industry, Class, Domain, Nature, Local, Line, Place, Address, Scope string
	Owner                                                                                                      unitData
	OwnerPerson                                                                                                string `yaml:"owner_person"`
	Duty                                                                                                       struct{ Lead, Line, Local, Agent string }
	Total                                                                                                      int64
	Start, Started, Library, Finish, Goal, State, Reporter, Explain, Return                                    string
	StartedSource                                                                                              string `yaml:"started_source"`
	LibraryExcuse                                                                                              string `yaml:"library_excuse"`
	ReportedAt                                                                                                 string `yaml:"reported_at"`
	Moves                                                                                                      []movedData
	Plan                                                                                                       int64
	Plan2021                                                                                                   int64 `yaml:"plan_2021"`
	Months, Funds, Statistic                                                                                   []int64
	YTD                                                                                                        []int64 `yaml:"year_to_date"`
	Evidence                                                                                                   []int
	Text                                                                                                       []string
	Problem, Measure, Who, By                                                                                  string
	Amend                                                                                                      *struct {
		Month, On, Reason string
		YTD               int64
	}
	Noted []struct {
		Field, Value, Source string
		Unit                 quantity.Unit
	}
	Milestones []struct{ ID, Zh, En, Promised, Actual, Post, Source string }
	Letters    []struct {
		On, Reason string
		Plan       int64
	}
	Renewal string
}

type namedFile struct {
	Article, Remark string
	Projects        []namedData
}

type categoryData struct {
	Industry, Class, Line, Lead string
	N, Green, Yellow, Red, None int
	Plan, Done                  int64
	Levels, Locals              []string
}

type actionData struct {
	Zh, Line                    string
	Plans                       []int64
	N, Later, Started, Finished int
	Done                        int64
	Lights                      []int // green, yellow, red, none
	Locals                      []string
}

type targetsData struct {
	Month                                             string
	Planned, Invested                                 int64
	MonthMoney                                        int64 `yaml:"month_money"`
	NotInLibrary                                      int   `yaml:"not_in_library"`
	FinishThisYear                                    int   `yaml:"finish_this_year"`
	Doubtful, Accepted, Waiting, Returned, Unreported int
	Moves                                             struct{ Projects, Moves, Earlier int }
	Categories                                        []categoryData
	Weights                                           []int64
	Weights2021                                       []int64 `yaml:"weights_2021"`
	DueDay                                            int     `yaml:"due_day"`
	CheckDays                                         int     `yaml:"check_days"`
	Programme                                         struct {
		Green, Yellow, Red, None int
		Actions                  []actionData
	}
}

type pair [2]string

type wordsData struct {
	Industry map[string]struct {
		Noun   pair
		Things []pair
	}
	Kinds                                  []pair
	Nature                                 map[string]string
	Prefixes                               []string
	Classes                                map[string][]pair
	Domains                                map[string]string
	Owners                                 []pair
	Suffix                                 pair
	Progress                               map[string][]string
	Problem, Measure, Who, Explain, Return []string
	Correct                                []string
	Excuse                                 struct{ Progress, Answer, Library string }
	Late, Earlier, Join, Leave             string
	Moved                                  []string
	PlanReason                             string `yaml:"plan_reason"`
	JoinedRenewal                          string `yaml:"joined_renewal"`
	StartedSource                          string `yaml:"started_source"`
	FinishedSource                         string `yaml:"finished_source"`
	Goal                                   map[project.Category]string
	RenewalNames                           map[string][]string `yaml:"renewal_names"`
	Part, Evidence                         []string
	EvidenceNote                           string `yaml:"evidence_note"`
}

// data is everything in data/.
type data struct {
	units    unitsData
	people   peopleData
	named    namedFile
	targets  targetsData
	words    wordsData
	cases    casesData
	networks networkData
}

var read = sync.OnceValues(func() (*data, error) {
	d := &data{}
	for name, into := range map[string]any{"units": &d.units, "people": &d.people, "named": &d.named, "targets": &d.targets, "words": &d.words, "cases": &d.cases, "networks": &d.networks} {
		raw, err := files.ReadFile("data/" + name + ".yaml")
		if err != nil {
			return nil, err
		}
		if err := yaml.UnmarshalWithOptions(raw, into, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("data/%s.yaml: %w", name, err)
		}
	}
	return d, nil
})
