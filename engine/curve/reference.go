package curve

import (
	_ "embed"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed reference.yaml
var referenceYAML []byte

// Reference 参照类 is the finished tracked projects that come with the program, in units of their plans (planned duration 1, budget 1).
// Whoever forecasts one of these very projects leaves it out.
var Reference = sync.OnceValue(func() []Tracked {
	var rows []struct {
		ID      string       `yaml:"id"`
		Name    string       `yaml:"name"`
		Days    float64      `yaml:"days"`
		Cost    float64      `yaml:"cost"`
		Reports [][4]float64 `yaml:"reports"`
	}
	if err := yaml.UnmarshalWithOptions(referenceYAML, &rows, yaml.Strict()); err != nil {
		panic(err) // embedded: caught by this package's own test
	}
	out := make([]Tracked, len(rows))
	for i, r := range rows {
		out[i] = Tracked{ID: r.ID, Name: r.Name, Plan: Planned{{0, 0}, {1, 1}}, Days: r.Days, Cost: r.Cost}
		for _, x := range r.Reports {
			out[i].Reports = append(out[i].Reports, Tracking{Day: x[0], Done: x[1], Earned: x[2], Spent: x[3]})
		}
	}
	return out
})
