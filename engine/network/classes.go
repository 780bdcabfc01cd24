package network

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"

	"github.com/goccy/go-yaml"

	"shigan/kernel/calendar"
)

//go:embed calendars.yaml
var calendarsYAML []byte

// classYAML is the layout of calendars.yaml.
type classYAML struct {
	SpringFestival []string `yaml:"spring_festival"`
	Seasons        map[string]struct {
		Around  string `yaml:"around"`
		Steps   []Step `yaml:"steps"`
		Yearly  string `yaml:"yearly"`
		Percent int    `yaml:"percent"`
		Assumed bool   `yaml:"assumed"`
	} `yaml:"seasons"`
	Calendars map[string]struct {
		Week     int      `yaml:"week"`
		Holidays bool     `yaml:"holidays"`
		MakeUp   bool     `yaml:"make_up"`
		Seasons  []string `yaml:"seasons"`
	} `yaml:"calendars"`
}

// Classes 各类工作的日历 are the calendars that come with the program, by name, worked out with a holiday list.
func Classes(w *calendar.Workdays) (map[string]*Calendar, error) {
	return ReadClasses(calendarsYAML, w)
}

// ReadClasses reads calendars of the layout of calendars.yaml, so that an office can have its own seasons.
func ReadClasses(text []byte, w *calendar.Workdays) (map[string]*Calendar, error) {
	var y classYAML
	if err := yaml.UnmarshalWithOptions(text, &y, yaml.Strict()); err != nil {
		return nil, ErrClasses.With("detail", err.Error())
	}
	festivals := make([]calendar.Date, 0, len(y.SpringFestival))
	for _, s := range y.SpringFestival {
		d, err := calendar.ParseDay(s)
		if err != nil {
			return nil, ErrClasses.With("detail", s)
		}
		festivals = append(festivals, d)
	}
	out := map[string]*Calendar{}
	for _, name := range slices.Sorted(maps.Keys(y.Calendars)) {
		c, err := y.calendar(name, w, festivals)
		if err != nil {
			return nil, ErrClasses.With("detail", fmt.Sprintf("%s: %v", name, err))
		}
		out[name] = c
	}
	return out, nil
}

func (y *classYAML) calendar(name string, w *calendar.Workdays, festivals []calendar.Date) (*Calendar, error) {
	in := y.Calendars[name]
	c := Weekly(in.Week)
	c.Name = name
	if in.Holidays {
		c = c.WithHolidays(w, in.MakeUp)
	}
	for _, s := range in.Seasons {
		season, ok := y.Seasons[s]
		if !ok {
			return nil, fmt.Errorf("no season %s", s)
		}
		if season.Around == "spring_festival" {
			c = c.Around(festivals, season.Steps)
			continue
		}
		var fm, fd, tm, td int
		if n, err := fmt.Sscanf(season.Yearly, "%d-%d..%d-%d", &fm, &fd, &tm, &td); n != 4 {
			return nil, fmt.Errorf("season %s: %w", s, err)
		}
		var err error
		if c, err = c.Yearly(fm, fd, tm, td, season.Percent, 2000, 2060); err != nil {
			return nil, err
		}
	}
	return c, c.fault()
}
