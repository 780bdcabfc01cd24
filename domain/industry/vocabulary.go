package industry

import (
	"shigan/kernel/quantity"
	"shigan/kernel/rules"
)

// Vocabulary is what this room offers to rules.
func Vocabulary() []rules.Word {
	year := func(name string, u quantity.Unit) rules.Word {
		return rules.Word{Name: name, Of: "firm", Unit: u, Per: rules.PerYear}
	}
	return []rules.Word{
		year("land_mu", quantity.UnitMu),
		year("tax", quantity.UnitYuan),
		year("value_added", quantity.UnitYuan),
		year("energy_tce", quantity.UnitTce),
		year("emission_value", quantity.UnitNumber), // 单位排放增加值, given as such: published without its unit
		year("staff", quantity.UnitPerson),
		year("rnd_share", quantity.UnitShare),
		year("power_kwh", quantity.UnitKwh),
	}
}
