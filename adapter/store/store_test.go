package store_test

import (
	"os"
	"testing"

	"shigan/adapter/store/storetest"
	"shigan/testkit"
)

// TestStore runs the common suite on every database that is here.
func TestStore(t *testing.T) {
	engines := testkit.Engines(t)
	for name, open := range engines {
		t.Run(name, func(t *testing.T) { storetest.Run(t, open) })
	}
	if engines["postgres"] == nil {
		t.Log("SHIGAN_TEST_PG is not set: PostgreSQL was left out (make test sets it)")
	}
}

// TestTwoServersOnOneDatabaseKeepOneGaplessLog is what lets a second server stand by, and the command line work beside the first.
func TestTwoServersOnOneDatabaseKeepOneGaplessLog(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { storetest.TwoServers(t, t.TempDir()) })
	t.Run("postgres", func(t *testing.T) {
		dsn := os.Getenv("SHIGAN_TEST_PG")
		if dsn == "" {
			t.Skip("SHIGAN_TEST_PG is not set")
		}
		storetest.TwoServers(t, testkit.FreshPostgres(t, dsn))
	})
}
