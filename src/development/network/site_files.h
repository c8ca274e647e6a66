// Places and nodes out of tables.
//
//     places  id (or geonameid, school_id), name?, people (or population), lat, lon, connected? (a part, or
//             percent with "%"), electricity? (yes, no; true, false; 1, 0; yes where it is empty), country?
//     nodes   id?, technology (fibre or fiber, cellular, p2p), lat, lon
#pragma once

#include "development/import/defect.h"
#include "development/network/build_out.h"

namespace comity::development {

struct ReadSites {
    std::vector<Site> sites;  // by id
    std::vector<Defect> defects;
};
// Only those of one country, where the table has that column and `country` is not empty.
ReadSites read_sites(std::string_view text, const std::string& file, std::string_view country);

struct ReadNodes {
    std::vector<NetworkNode> nodes;  // by id; without one it is the line
    std::vector<Defect> defects;
};
ReadNodes read_nodes(std::string_view text, const std::string& file);

}  // namespace comity::development
