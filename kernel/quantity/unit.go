package quantity

import (
	"maps"
	"math/big"
	"slices"

	"shigan/kernel/words"
)

// Unit is a named unit; its name is what rule packs and figures write. Labels stand in the catalogue under unit.<name>.
type Unit string

// The constant for a unit of money is UnitYuan, because Yuan, Wan and Yi are amounts of Fen.
const (
	UnitNumber      Unit = "number"       // a pure number
	UnitShare       Unit = "share"        // 比例: a fraction, shown as %
	UnitPoints      Unit = "points"       // 个百分点: a fraction too; 30 points is 3/10
	UnitYuan        Unit = "yuan"         // 元
	UnitWanYuan     Unit = "wan_yuan"     // 万元
	UnitYiYuan      Unit = "yi_yuan"      // 亿元
	UnitCount       Unit = "count"        // 个
	UnitItem        Unit = "item"         // 项
	UnitCase        Unit = "case"         // 件
	UnitFirm        Unit = "firm"         // 家
	UnitTimes       Unit = "times"        // 次
	UnitSheet       Unit = "sheet"        // 份
	UnitPlace       Unit = "place"        // 处
	UnitPerson      Unit = "person"       // 人
	UnitHousehold   Unit = "household"    // 户
	UnitVehicle     Unit = "vehicle"      // 辆
	UnitSeat        Unit = "seat"         // 个学位、座位
	UnitBed         Unit = "bed"          // 张床位
	UnitSpace       Unit = "space"        // 个泊位
	UnitYear        Unit = "year"         // 年
	UnitQuarter     Unit = "quarter"      // 个季度
	UnitMonth       Unit = "month"        // 个月
	UnitDay         Unit = "day"          // 天
	UnitHour        Unit = "hour"         // 小时
	UnitMinute      Unit = "minute"       // 分钟
	UnitWorkday     Unit = "workday"      // 个工作日
	UnitMu          Unit = "mu"           // 亩
	UnitHectare     Unit = "hectare"      // 公顷, 15 mu
	UnitSquareMetre Unit = "square_metre" // 平方米, 3/2000 mu
	UnitSquareKm    Unit = "square_km"    // 平方公里, 1500 mu
	UnitMetre       Unit = "metre"        // 米
	UnitKm          Unit = "km"           // 公里
	UnitTce         Unit = "tce"          // 吨标煤
	UnitTonne       Unit = "tonne"        // 吨
	UnitKwh         Unit = "kwh"          // 千瓦时
	UnitWanKwh      Unit = "wan_kwh"      // 万千瓦时
	UnitKw          Unit = "kw"           // 千瓦
	UnitScore       Unit = "score"        // 分
	UnitCubicMetre  Unit = "cubic_metre"  // 立方米

	UnitYuanPerMu         Unit = "yuan_per_mu"
	UnitWanYuanPerMu      Unit = "wan_yuan_per_mu"
	UnitYuanPerTce        Unit = "yuan_per_tce"
	UnitWanYuanPerTce     Unit = "wan_yuan_per_tce"
	UnitTcePerWanYuan     Unit = "tce_per_wan_yuan"
	UnitYuanPerTonne      Unit = "yuan_per_tonne"
	UnitWanYuanPerTonne   Unit = "wan_yuan_per_tonne"
	UnitYuanPerPerson     Unit = "yuan_per_person"
	UnitWanYuanPerPerson  Unit = "wan_yuan_per_person"
	UnitYuanPerSquareM    Unit = "yuan_per_square_metre"
	UnitYuanPerMonth      Unit = "yuan_per_month"
	UnitWanYuanPerMonth   Unit = "wan_yuan_per_month"
	UnitVehiclePerYear    Unit = "vehicle_per_year"
	UnitTcePerYear        Unit = "tce_per_year"
	UnitPersonPerSquareKm Unit = "person_per_square_km"
)

// Dimension says what a unit measures: base dimension to exponent, such as money 1, area -1. A pure number has none.
type Dimension map[string]int

// Times multiplies two dimensions; what cancels disappears.
func (d Dimension) Times(e Dimension) Dimension { return d.join(e, 1) }

// Per divides one dimension by another.
func (d Dimension) Per(e Dimension) Dimension { return d.join(e, -1) }

// Equal tells whether both measure the same.
func (d Dimension) Equal(e Dimension) bool { return maps.Equal(d, e) }

func (d Dimension) join(e Dimension, sign int) Dimension {
	out := Dimension{}
	maps.Copy(out, d)
	for base, n := range e {
		if out[base] += sign * n; out[base] == 0 {
			delete(out, base)
		}
	}
	return out
}

// kind is what the house knows about a unit.
type kind struct {
	dim      Dimension
	scale    *big.Rat // one unit, in the base of its dimension
	shown    int64    // multiply by this for the eye: 100 for share and points
	whole    int      // decimals when the value is whole
	decimals int      // decimals when it is not
	read     []string // how people write it; the first is how String writes it
}

func base(name string) Dimension { return Dimension{name: 1} }

func of(dim Dimension, num, den int64, whole, decimals int, read ...string) kind {
	return kind{dim: dim, scale: big.NewRat(num, den), whole: whole, decimals: decimals, read: read}
}

func percent(read ...string) kind {
	k := of(nil, 1, 1, 1, 1, read...)
	k.shown = 100
	return k
}

func ratio(over, under kind, whole, decimals int, read ...string) kind {
	return kind{dim: over.dim.Per(under.dim), scale: new(big.Rat).Quo(over.scale, under.scale), whole: whole, decimals: decimals, read: read}
}

var kinds = func() map[Unit]kind {
	k := map[Unit]kind{
		UnitNumber: of(nil, 1, 1, 0, 2, ""),
		UnitShare:  percent("%"),
		UnitPoints: percent("个百分点", "百分点", "点", "points", "pp"),

		UnitYuan:    of(base("money"), 1, 1, 0, 2, "元", "圆", "yuan"),
		UnitWanYuan: of(base("money"), 10_000, 1, 0, 2, "万元"),
		UnitYiYuan:  of(base("money"), 100_000_000, 1, 2, 2, "亿元"),

		UnitCount: of(base("count"), 1, 1, 0, 0, "个"), // every count counts things, so they may be added and divided
		UnitItem:  of(base("count"), 1, 1, 0, 0, "项", "items"),
		UnitCase:  of(base("count"), 1, 1, 0, 0, "件", "cases"),
		UnitFirm:  of(base("count"), 1, 1, 0, 0, "家", "户企业", "firms"),
		UnitTimes: of(base("count"), 1, 1, 0, 0, "次", "times"),
		UnitSheet: of(base("count"), 1, 1, 0, 0, "份"),
		UnitPlace: of(base("count"), 1, 1, 0, 0, "处", "places"),

		UnitPerson:    of(base("person"), 1, 1, 0, 0, "人", "名", "people", "persons"),
		UnitHousehold: of(base("household"), 1, 1, 0, 0, "户", "households"),
		UnitVehicle:   of(base("vehicle"), 1, 1, 0, 0, "辆", "台", "vehicles"),
		UnitSeat:      of(base("seat"), 1, 1, 0, 0, "个学位", "学位", "座", "seats"),
		UnitBed:       of(base("bed"), 1, 1, 0, 0, "张床位", "张", "床位", "beds"),
		UnitSpace:     of(base("space"), 1, 1, 0, 0, "个泊位", "泊位", "个车位", "车位"),

		UnitMonth:   of(base("month"), 1, 1, 0, 1, "个月", "月", "months"), // months have no fixed number of days
		UnitQuarter: of(base("month"), 3, 1, 0, 1, "个季度", "季度", "quarters"),
		UnitYear:    of(base("month"), 12, 1, 0, 1, "年", "years"),
		UnitMinute:  of(base("minute"), 1, 1, 0, 0, "分钟", "minutes", "min"),
		UnitHour:    of(base("minute"), 60, 1, 0, 1, "小时", "个小时", "hours", "h"),
		UnitDay:     of(base("minute"), 1440, 1, 0, 1, "天", "日", "days"),
		UnitWorkday: of(base("workday"), 1, 1, 0, 1, "个工作日", "工作日", "workdays", "working days"),

		UnitMu:          of(base("area"), 1, 1, 0, 2, "亩", "mu"),
		UnitHectare:     of(base("area"), 15, 1, 0, 2, "公顷", "hectares", "ha"),
		UnitSquareMetre: of(base("area"), 3, 2000, 0, 2, "平方米", "平米", "㎡", "m²", "m2"),
		UnitSquareKm:    of(base("area"), 1500, 1, 0, 2, "平方公里", "平方千米", "km²", "km2"),
		UnitMetre:       of(base("length"), 1, 1, 0, 1, "米", "m"),
		UnitKm:          of(base("length"), 1000, 1, 0, 1, "公里", "千米", "km"),
		UnitCubicMetre:  of(base("volume"), 1, 1, 0, 2, "立方米", "方", "m³", "m3"),

		UnitTce:    of(base("tce"), 1, 1, 0, 2, "吨标煤", "吨标准煤", "tce"),
		UnitTonne:  of(base("tonne"), 1, 1, 0, 2, "吨", "tonnes", "t"),
		UnitKwh:    of(base("kwh"), 1, 1, 0, 2, "千瓦时", "度", "kwh"),
		UnitWanKwh: of(base("kwh"), 10_000, 1, 0, 2, "万千瓦时", "万度"),
		UnitKw:     of(base("kw"), 1, 1, 0, 2, "千瓦", "kw"),
		UnitScore:  of(base("score"), 1, 1, 2, 2, "分", "score"),
	}
	yuan, wan := k[UnitYuan], k[UnitWanYuan]
	k[UnitYuanPerMu] = ratio(yuan, k[UnitMu], 0, 2, "元/亩")
	k[UnitWanYuanPerMu] = ratio(wan, k[UnitMu], 2, 2, "万元/亩")
	k[UnitYuanPerTce] = ratio(yuan, k[UnitTce], 0, 2, "元/吨标煤", "元/吨标准煤")
	k[UnitWanYuanPerTce] = ratio(wan, k[UnitTce], 2, 2, "万元/吨标煤", "万元/吨标准煤")
	k[UnitTcePerWanYuan] = ratio(k[UnitTce], wan, 2, 4, "吨标煤/万元", "吨标准煤/万元")
	k[UnitYuanPerTonne] = ratio(yuan, k[UnitTonne], 0, 2, "元/吨")
	k[UnitWanYuanPerTonne] = ratio(wan, k[UnitTonne], 2, 2, "万元/吨")
	k[UnitYuanPerPerson] = ratio(yuan, k[UnitPerson], 0, 2, "元/人")
	k[UnitWanYuanPerPerson] = ratio(wan, k[UnitPerson], 2, 2, "万元/人")
	k[UnitYuanPerSquareM] = ratio(yuan, k[UnitSquareMetre], 0, 2, "元/平方米")
	k[UnitYuanPerMonth] = ratio(yuan, k[UnitMonth], 0, 2, "元/月")
	k[UnitWanYuanPerMonth] = ratio(wan, k[UnitMonth], 0, 2, "万元/月")
	k[UnitVehiclePerYear] = ratio(k[UnitVehicle], k[UnitYear], 0, 0, "辆/年")
	k[UnitTcePerYear] = ratio(k[UnitTce], k[UnitYear], 0, 2, "吨标煤/年", "吨标准煤/年")
	k[UnitPersonPerSquareKm] = ratio(k[UnitPerson], k[UnitSquareKm], 0, 0, "人/平方公里")
	return k
}()

// byWord finds a unit by how people write it.
var byWord = func() map[string]Unit {
	m := map[string]Unit{}
	for u, k := range kinds {
		for _, w := range k.read {
			m[w] = u
		}
	}
	return m
}()

func (u Unit) kind() kind {
	if k, ok := kinds[u]; ok {
		return k
	}
	return kinds[UnitNumber]
}

// Units lists every unit by name.
func Units() []Unit { return slices.Sorted(maps.Keys(kinds)) }

// ParseUnit takes a unit's name (wan_yuan) or what people write (万元).
func ParseUnit(s string) (Unit, error) {
	if _, ok := kinds[Unit(s)]; ok {
		return Unit(s), nil
	}
	if u, ok := byWord[s]; ok && s != "" {
		return u, nil
	}
	return "", ErrNoSuchUnit.With("unit", s)
}

// Known tells whether the house has this unit.
func (u Unit) Known() bool { _, ok := kinds[u]; return ok }

// Label is the unit's word on a page: 亿元; a pure number has none.
func (u Unit) Label(lang words.Lang) string { return words.Say(lang, "unit."+string(u)) }

// Dimension says what the unit measures.
func (u Unit) Dimension() Dimension { return maps.Clone(u.kind().dim) }

// Scale is one unit in the base of its dimension: 10000 for wan_yuan (yuan), 15 for hectare (mu).
func (u Unit) Scale() *big.Rat { return new(big.Rat).Set(u.kind().scale) }

// Convert turns a value from one unit into another, exactly; units that measure different things are refused.
func Convert(r *big.Rat, from, to Unit) (*big.Rat, error) {
	a, okA := kinds[from]
	b, okB := kinds[to]
	if !okA || !okB || !a.dim.Equal(b.dim) {
		return nil, ErrUnitsDiffer.With("from", string(from), "to", string(to))
	}
	v := new(big.Rat).Mul(r, a.scale)
	return v.Quo(v, b.scale), nil
}

// Points is n percentage points as the fraction that rules compare: Points(30) is 3/10. Percent is the same number.
func Points(n int64) *big.Rat { return big.NewRat(n, 100) }
