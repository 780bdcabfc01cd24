package app_test

import (
	"context"
	"errors"
	"testing"

	"shigan/app"
	"shigan/domain/org"
	"shigan/kernel/ledger"
	"shigan/testkit"
)

func TestDoAllKeepsTheOrderAndGoesOnAfterARefusal(t *testing.T) {
	o := testkit.Office(t, testkit.Engines(t)["sqlite"](t), testkit.At("2022-01-05"), ledger.SHA256)
	found := func(id string) app.Deed {
		return app.Deed{By: org.FirstSetUp, Cmd: org.FoundUnit{Unit: org.Unit{ID: id, Name: org.Name{Zh: id}, Class: org.Town}}}
	}
	r, err := o.DoAll(context.Background(), []app.Deed{found("a"), found("a"), found("b")})
	if !errors.Is(err, org.ErrExists) {
		t.Fatalf("%v", err)
	}
	if r[0].Last != 1 || r[1].Last != 0 || r[2].Last != 2 {
		t.Fatalf("%+v", r)
	}
}
