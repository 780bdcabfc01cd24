package store

import (
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/domain/project"
)

// filled makes a value in which nothing is empty, so that whatever is shared can be seen.
func filled(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("示例")
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			filled(v.Index(i), depth+1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		filled(k, depth+1)
		filled(e, depth+1)
		v.SetMapIndex(k, e)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		filled(v.Elem(), depth+1)
	case reflect.Struct:
		if v.Type() == timeType {
			v.Set(reflect.ValueOf(time.Date(2022, 7, 2, 9, 11, 0, 0, time.UTC)))
			return
		}
		for i := range v.NumField() {
			if v.Field(i).CanSet() && depth < 12 {
				filled(v.Field(i), depth+1)
			}
		}
	}
}

// spoil changes everything that a value reaches by a reference.
func spoil(v reflect.Value, reached bool) {
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			spoil(v.Index(i), true)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			v.SetMapIndex(k, reflect.Zero(v.Type().Elem()))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			spoil(v.Elem(), true)
		}
	case reflect.Struct:
		if v.Type() == timeType {
			break
		}
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				spoil(v.Field(i), reached)
			}
		}
		return
	}
	if reached && v.CanSet() {
		v.SetZero()
	}
}

func mindedTwice[T any](t *testing.T, kept bool) {
	t.Helper()
	var whole T
	filled(reflect.ValueOf(&whole).Elem(), 0)
	body, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	var want T
	if err := json.Unmarshal(body, &want); err != nil {
		t.Fatal(err)
	}
	m := &minds{}
	for range 3 {
		var got T
		if err := m.decode(body, &got); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%T: read %+v, want %+v", got, got, want)
		}
		spoil(reflect.ValueOf(&got).Elem(), false)
	}
	if (len(m.young) == 1) != kept {
		t.Errorf("%T: kept %v", want, m.young)
	}
}

func TestWhatOneReaderDoesToADocumentNoOtherReaderSees(t *testing.T) {
	mindedTwice[casework.Case](t, true)
	mindedTwice[casework.Tick](t, true)
	mindedTwice[org.Post](t, true)
	mindedTwice[org.Unit](t, true)
	mindedTwice[project.Project](t, true)
	mindedTwice[struct {
		Deep map[string][]*struct{ A []string }
	}](t, true)
	mindedTwice[struct{ Any any }](t, false)
	mindedTwice[struct{ R *big.Rat }](t, false)
}

func TestADocumentThatChangedIsReadAnew(t *testing.T) {
	m := &minds{}
	for _, body := range []string{`{"A":["1"]}`, `{"A":["2"]}`, `{"A":null}`} {
		var got struct{ A []string }
		if err := m.decode([]byte(body), &got); err != nil {
			t.Fatal(err)
		}
		if again, _ := json.Marshal(got); string(again) != body {
			t.Errorf("read %s, want %s", again, body)
		}
	}
}

func TestABrokenDocumentIsRefusedEachTime(t *testing.T) {
	m := &minds{}
	for range 2 {
		var got struct{ A int }
		if err := m.decode([]byte(`{"A":"x"}`), &got); err == nil {
			t.Error("taken")
		}
	}
}

func TestWhatIsRememberedStaysWithinItsBounds(t *testing.T) {
	m := &minds{}
	for i := range 4_000 {
		body, _ := json.Marshal(struct{ A []string }{[]string{strings.Repeat("x", 10_000), fmt.Sprint(i)}})
		for range 2 {
			var got struct{ A []string }
			if err := m.decode(body, &got); err != nil || got.A[1] != fmt.Sprint(i) {
				t.Fatal(got, err)
			}
		}
		if n := len(m.young[reflect.TypeFor[struct{ A []string }]()]); m.size > mostMinded || n > mostMinded/10_000 {
			t.Fatal(m.size, n)
		}
	}
}

func TestManyReadersRememberAtOnce(t *testing.T) {
	m := &minds{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 500 {
				var got struct{ A []string }
				if err := m.decode(fmt.Appendf(nil, `{"A":["%d"]}`, i%17), &got); err != nil || got.A[0] != fmt.Sprint(i%17) {
					t.Error(got, err)
				}
				got.A[0] = "spoilt"
			}
		})
	}
	wg.Wait()
}
