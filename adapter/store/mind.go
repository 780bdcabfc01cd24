package store

import (
	"encoding/json"
	"reflect"
	"sync"
	"time"
)

// mostMinded is how many bytes of documents are remembered at most; as many again that were not asked for lately may still be there.
const mostMinded = 4 << 20

// minds remember what documents were decoded to, by their bytes: nothing ever has to be forgotten because it changed. One deed reads the
// same case four or five times, a request reads a post and a person, and decoding takes longer than all that is done with them; copying
// does not.
type minds struct {
	mu         sync.Mutex
	young, old map[reflect.Type]map[string]reflect.Value
	size       int // bytes in young
}

// decode gives into what a document says, sharing nothing with what others got.
func (m *minds) decode(body []byte, into any) error {
	to := reflect.ValueOf(into)
	if to.Kind() != reflect.Pointer || to.IsNil() || len(body) > mostMinded/64 || !to.Elem().IsZero() {
		return json.Unmarshal(body, into)
	}
	t := to.Type().Elem()
	copier, ok := copierOf(t)
	if !ok {
		return json.Unmarshal(body, into)
	}
	kept, ok := m.look(t, body)
	if !ok {
		kept = reflect.New(t).Elem()
		if err := json.Unmarshal(body, kept.Addr().Interface()); err != nil {
			return json.Unmarshal(body, into) // with what could be decoded, as always
		}
		m.keep(t, body, kept)
	}
	to.Elem().Set(kept)
	if copier != nil {
		copier(to.Elem())
	}
	return nil
}

func (m *minds) look(t reflect.Type, body []byte) (reflect.Value, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if v, ok := m.young[t][string(body)]; ok {
		return v, true
	}
	v, ok := m.old[t][string(body)]
	if ok {
		m.put(t, body, v)
	}
	return v, ok
}

func (m *minds) keep(t reflect.Type, body []byte, v reflect.Value) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.put(t, body, v)
}

func (m *minds) put(t reflect.Type, body []byte, v reflect.Value) {
	if m.size += len(body); m.size > mostMinded || m.young == nil {
		m.old, m.young, m.size = m.young, map[reflect.Type]map[string]reflect.Value{}, len(body)
	}
	if m.young[t] == nil {
		m.young[t] = map[string]reflect.Value{}
	}
	m.young[t][string(body)] = v
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
