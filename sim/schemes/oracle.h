/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SCHEMES_ORACLE_H
#define ROAM_SCHEMES_ORACLE_H

#include "sim/scheme.h"

#include <map>

namespace ns3::roam
{

/** Knows every primary address at once and sends nothing: the lower bound of what finding costs. */
class OracleLocator : public Locator
{
  public:
    void Moved(Mobile& mobile, const Address& primary) override;
    void Find(const Mobile& mobile, std::function<void(const Address&)> found) override;

  private:
    /** What is known of a mobile. */
    struct Place
    {
        Address primary; //!< invalid before the first
        std::vector<std::function<void(const Address&)>> waiting;
    };

    std::map<uint32_t, Place> m_places; //!< by number of the mobile
};

} // namespace ns3::roam

#endif
