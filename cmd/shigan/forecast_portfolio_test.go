package main

import (
	"math"
	"os"
	"testing"
)

const sharedPortfolio = "../../../shared/data/projects/gmpp_panel_2014_2019.csv"

// TestSlipsOfTheUKPortfolioAreRankedBetterThanByItsColours holds the goal of the issue: 378 forecasts of four years, each from earlier
// years only. The bounds are the goal's, the figures themselves stand in docs/forecast.md.
func TestSlipsOfTheUKPortfolioAreRankedBetterThanByItsColours(t *testing.T) {
	if _, err := os.Stat(sharedPortfolio); err != nil {
		t.Skip("the portfolio is not there")
	}
	rows, _, err := readPortfolio(sharedPortfolio)
	if err != nil {
		t.Fatal(err)
	}
	out, err := scorePortfolio(rows, usualMonths, 1)
	if err != nil {
		t.Fatal(err)
	}
	s := out.Summary
	t.Logf("AUC %.4f %v, colours %.4f, gain %v; Brier %.4f, constant %.4f, skill %v", *s.AUC, s.AUCInterval, *s.AUCColours, s.AUCGain, *s.Brier, *s.BrierConstant, s.SkillInterval)
	if s.Cases != 378 || s.Events != 66 || len(out.Years) != 4 || len(out.Open) < 100 {
		t.Errorf("%d cases, %d events, %d years, %d open", s.Cases, s.Events, len(out.Years), len(out.Open))
	}
	if *s.AUC <= .59 || *s.AUC <= *s.AUCColours || *s.Brier >= *s.BrierConstant {
		t.Errorf("AUC %.4f, colours %.4f, Brier %.4f, constant %.4f", *s.AUC, *s.AUCColours, *s.Brier, *s.BrierConstant)
	}
}

// TestAReturnLearnsNothingFromItsOwnOutcome: the outcome of a year may be anything, its chances stay.
func TestAReturnLearnsNothingFromItsOwnOutcome(t *testing.T) {
	if _, err := os.Stat(sharedPortfolio); err != nil {
		t.Skip("the portfolio is not there")
	}
	rows, _, err := readPortfolio(sharedPortfolio)
	if err != nil {
		t.Fatal(err)
	}
	chances := func() (p []float64) {
		for i := range rows {
			if rows[i].year == 2018 && !math.IsNaN(rows[i].slip) {
				rows[i].slip = math.NaN() // open, as on the day of the return
			}
		}
		cases := []yearly{}
		for _, y := range rows {
			if y.year <= 2018 {
				cases = append(cases, y)
			}
		}
		out, err := scorePortfolio(cases, usualMonths, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range out.Open {
			p = append(p, o.Chance)
		}
		return p
	}
	known, err := scorePortfolio(rows, usualMonths, 1)
	if err != nil {
		t.Fatal(err)
	}
	auc := known.Years[len(known.Years)-1]
	if p := chances(); len(p) < auc.Cases || p[0] <= p[len(p)-1] {
		t.Errorf("%d chances of %d", len(p), auc.Cases)
	}
}
