// What the tests of procedures share: votes as figures.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "governance/procedure/evaluate.h"
#include "governance/procedure/presets.h"
#include "governance/procedure/read.h"

namespace comity::governance {

struct Figures {
    std::string house;  // empty: none
    int yes = 0, no = 0, abstain = 0, absent = 0;
};

inline std::vector<Elector> electors_of(const Procedure& procedure, const std::vector<Figures>& all) {
    std::vector<Elector> electors;
    for (const Figures& figures : all) {
        const int house = figures.house.empty() ? -1 : procedure.house(figures.house);
        EXPECT_TRUE(figures.house.empty() || house >= 0) << figures.house;
        const auto add = [&](int count, Choice choice) {
            for (int i = 0; i < count; ++i) {
                Elector elector;
                elector.id = "m" + std::to_string(electors.size());
                elector.houses = house < 0 ? 0 : 1u << static_cast<unsigned>(house);
                elector.choice = choice;
                elector.weights.assign(procedure.weights.size(), 1);
                electors.push_back(std::move(elector));
            }
        };
        add(figures.yes, Choice::kYes);
        add(figures.no, Choice::kNo);
        add(figures.abstain, Choice::kAbstain);
        add(figures.absent, Choice::kAbsent);
    }
    return electors;
}

inline const Procedure& preset(std::string_view id) {
    const Preset* found = find_preset(id);
    if (found == nullptr) ADD_FAILURE() << "no preset " << id;
    static const Procedure none;
    return found == nullptr ? none : found->procedure;
}

inline Verdict decided(const Procedure& procedure, const std::vector<Figures>& figures,
                       const Circumstances& circumstances = {}) {
    const std::vector<Elector> electors = electors_of(procedure, figures);
    const auto checked = check_votes(procedure, electors, circumstances);
    EXPECT_TRUE(checked) << checked.error().message();
    return evaluate(procedure, electors, circumstances);
}

}  // namespace comity::governance
