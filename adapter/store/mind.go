package store

import (
	"encoding/json"
	"reflect"
	"sync"
	"time"
)

// minds remember what documents of a batch were decoded to. One deed reads the same case four or five times, and decoding it takes
// longer than all that is done with it; copying it does not.
type minds map[mindKey]mind

type mindKey struct {
	kind, id string
	as       reflect.Type
}

// mind is a decoded document, and the bytes that it was decoded from.
type mind struct {
	body *byte
	v    reflect.Value
}

// decode gives into what a document says, sharing nothing with what others got. A document that changed has other bytes, also where a
// refused deed gave back what was there before.
func (m minds) decode(kind, id string, body []byte, into any) error {
	to := reflect.ValueOf(into)
	if len(body) == 0 || to.Kind() != reflect.Pointer || to.IsNil() || !to.Elem().IsZero() {
		return json.Unmarshal(body, into)
	}
	copier, ok := copierOf(to.Type().Elem())
	if !ok {
		return json.Unmarshal(body, into)
	}
	key := mindKey{kind, id, to.Type()}
	if had, ok := m[key]; ok && had.body == &body[0] {
		to.Elem().Set(had.v)
	} else {
		kept := reflect.New(to.Type().Elem()).Elem()
		if err := json.Unmarshal(body, kept.Addr().Interface()); err != nil {
			return json.Unmarshal(body, into) // with what was decoded so far, as always
		}
		m[key] = mind{&body[0], kept}
		to.Elem().Set(kept)
	}
	if copier != nil {
		copier(to.Elem())
	}
	return nil
}

// copier replaces what a value shares with another by copies of it; nil where nothing is shared.
type copier func(v reflect.Value)

type copierFound struct {
	c  copier
	ok bool
}

var copiers sync.Map // reflect.Type → copierFound

// copierOf works out how values of a type are copied; not ok where they cannot be: behind what is not exported, or behind interfaces.
func copierOf(t reflect.Type) (copier, bool) {
	if found, ok := copiers.Load(t); ok {
		f := found.(copierFound)
		return f.c, f.ok
	}
	c, ok := makeCopier(t, map[reflect.Type]bool{})
	copiers.Store(t, copierFound{c, ok})
	return c, ok
}

var timeType = reflect.TypeFor[time.Time]()

// makeCopier; within are the types that it is in the middle of: one that holds itself is not copied.
func makeCopier(t reflect.Type, within map[reflect.Type]bool) (copier, bool) {
	if t == timeType { // nobody changes what it points to
		return nil, true
	}
	if within[t] {
		return nil, false
	}
	within[t] = true
	defer delete(within, t)
	switch t.Kind() {
	case reflect.Struct:
		return structCopier(t, within)
	case reflect.Slice:
		each, ok := makeCopier(t.Elem(), within)
		return func(v reflect.Value) {
			if v.IsNil() {
				return
			}
			s := reflect.MakeSlice(t, v.Len(), v.Len())
			reflect.Copy(s, v)
			v.Set(s)
			for i := 0; each != nil && i < s.Len(); i++ {
				each(s.Index(i))
			}
		}, ok
	case reflect.Map:
		each, ok := makeCopier(t.Elem(), within)
		if shared, flat := makeCopier(t.Key(), within); shared != nil || !flat {
			return nil, false
		}
		return func(v reflect.Value) { copyMap(v, each) }, ok
	case reflect.Pointer:
		what, ok := makeCopier(t.Elem(), within)
		return func(v reflect.Value) {
			if v.IsNil() {
				return
			}
			p := reflect.New(t.Elem())
			p.Elem().Set(v.Elem())
			v.Set(p)
			if what != nil {
				what(p.Elem())
			}
		}, ok
	case reflect.Array:
		each, ok := makeCopier(t.Elem(), within)
		return nil, ok && each == nil
	case reflect.Interface, reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return nil, false
	}
	return nil, true
}

func structCopier(t reflect.Type, within map[reflect.Type]bool) (copier, bool) {
	type deep struct {
		i int
		c copier
	}
	var all []deep
	for i := range t.NumField() {
		c, ok := makeCopier(t.Field(i).Type, within)
		if !ok || c != nil && !t.Field(i).IsExported() {
			return nil, false
		}
		if c != nil {
			all = append(all, deep{i, c})
		}
	}
	if len(all) == 0 {
		return nil, true
	}
	return func(v reflect.Value) {
		for _, f := range all {
			f.c(v.Field(f.i))
		}
	}, true
}

func copyMap(v reflect.Value, each copier) {
	if v.IsNil() {
		return
	}
	m := reflect.MakeMapWithSize(v.Type(), v.Len())
	for it := v.MapRange(); it.Next(); {
		x := it.Value()
		if each != nil {
			c := reflect.New(v.Type().Elem()).Elem()
			c.Set(x)
			each(c)
			x = c
		}
		m.SetMapIndex(it.Key(), x)
	}
	v.Set(m)
}
