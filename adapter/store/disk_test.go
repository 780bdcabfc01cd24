package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"shigan/adapter/store"
	"shigan/app"
	"shigan/domain/org"
	"shigan/kernel/ledger"
	"shigan/testkit"
)

// TestAFullDiskIsSaidAndLosesNothing lets SQLite run out of pages: what does not fit is refused with a sentence, what was
// acknowledged before is there, and when there is room again the work goes on.
func TestAFullDiskIsSaidAndLosesNothing(t *testing.T) {
	ctx := context.Background()
	s, err := store.Open(ctx, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	o := testkit.Office(t, s, testkit.At("2022-06-01"), ledger.SHA256)
	add := func(id string) error {
		_, err := o.Do(ctx, org.FirstSetUp, org.FoundUnit{Unit: org.Unit{ID: id, Name: org.Name{Zh: strings.Repeat("长", 4000)}, Class: org.Town}}, app.Options{Key: id})
		return err
	}
	if err := add("first"); err != nil {
		t.Fatal(err)
	}
	limit := func(extra int) {
		t.Helper()
		var pages int
		if err := s.Writer().QueryRowContext(ctx, `PRAGMA page_count`).Scan(&pages); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Writer().ExecContext(ctx, fmt.Sprintf(`PRAGMA max_page_count = %d`, pages+extra)); err != nil {
			t.Fatal(err)
		}
	}
	limit(40)
	done, full := 1, 0
	for i := range 40 {
		switch err := add(fmt.Sprint("u", i)); {
		case err == nil:
			done++
		case errors.Is(err, store.ErrFull):
			full++
		default:
			t.Fatalf("deed %d: %v, should be the refusal of a full disk", i, err)
		}
	}
	if full == 0 || done < 2 {
		t.Fatalf("%d done, %d refused: the disk was never full", done, full)
	}
	check := func() {
		t.Helper()
		held, err := o.Read(ctx).Held()
		if err != nil {
			t.Fatal(err)
		}
		if rep, err := ledger.Verify(held); err != nil || !rep.OK() || rep.Entries != int64(done) {
			t.Errorf("%+v %v, %d deeds were acknowledged", rep, err, done)
		}
		if _, diff, err := s.Replay(ctx, testkit.Code, app.Apply); err != nil || len(diff) > 0 {
			t.Errorf("%v %v", diff, err)
		}
	}
	check()
	limit(100_000)
	for i := range 40 { // the same forms again: what was refused is done now, what was done is not done twice
		if err := add(fmt.Sprint("u", i)); err != nil {
			t.Fatal(err)
		}
	}
	done = 41
	check()
}

func TestDataOfAnotherSchemaAreRefusedAndLeftAlone(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	s, err := store.Open(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Writer().ExecContext(ctx, `UPDATE schema_text SET digest = 'of another day'`); err != nil {
		t.Fatal(err)
	}
	s.Close()
	for range 2 {
		if s, err := store.Open(ctx, dir); !errors.Is(err, store.ErrOtherSchema) {
			t.Errorf("opened: %v", err)
			s.Close()
		}
	}
}
