package curve

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
)

//go:embed assumptions.yaml
var assumptionsYAML []byte

// Assumption 假定 is one number that the models use before a ledger teaches them better, with what stands behind it.
type Assumption struct {
	Name    string    `yaml:"name" json:"name"`
	Value   float64   `yaml:"value" json:"value,omitempty"`
	Values  []float64 `yaml:"values" json:"values,omitempty"`
	Words   []string  `yaml:"words" json:"words,omitempty"`
	Assumed bool      `yaml:"assumed" json:"assumed"` // no measurement gives it
	Why     string    `yaml:"why" json:"why"`
	Source  string    `yaml:"source" json:"source,omitempty"`
}

// assumptions is read while the package's own variables are set; a broken file stops the program at once and every test with it.
var assumptions = func() map[string]Assumption {
	all, err := ReadAssumptions(assumptionsYAML)
	if err != nil {
		panic(err)
	}
	m := map[string]Assumption{}
	for _, a := range all {
		m[a.Name] = a
	}
	return m
}()

// ReadAssumptions reads the layout of assumptions.yaml. Every entry says why it is there, and either names a source or is marked as assumed.
func ReadAssumptions(text []byte) ([]Assumption, error) {
	var all []Assumption
	if err := yaml.UnmarshalWithOptions(text, &all, yaml.Strict()); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, a := range all {
		if a.Name == "" || seen[a.Name] || a.Why == "" || !a.Assumed && a.Source == "" {
			return nil, fmt.Errorf("assumption %q: a name of its own, why, and a source or the mark", a.Name)
		}
		seen[a.Name] = true
	}
	return all, nil
}

// Assumptions lists them in the order of the file, for whoever shows what a forecast rests on.
func Assumptions() []Assumption {
	all, _ := ReadAssumptions(assumptionsYAML)
	return all
}

// assumed is the value of one that must be there.
func assumed(name string) float64 {
	a, ok := assumptions[name]
	if !ok {
		panic("curve: no assumption " + name)
	}
	return a.Value
}

// ForWork is the prior of a piece of work by its class or name, and that prior's name: permits, land and demolition scatter more than works.
func ForWork(texts ...string) (Prior, string) {
	for _, t := range texts {
		t = strings.ToLower(t)
		for _, w := range assumptions["before-building.words"].Words {
			if strings.Contains(t, w) {
				return BeforeBuilding, "before-building"
			}
		}
	}
	return DefaultPrior, "prior"
}
