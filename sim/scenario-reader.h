/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SCENARIO_READER_H
#define ROAM_SCENARIO_READER_H

#include "sim/scenario.h"

#include <toml++/toml.h>

#include <map>
#include <string>
#include <vector>

namespace ns3::roam
{

/**
 * Builds a Scenario from a file and what is set over it. Mistakes are noted, so that all of them
 * are reported at once.
 */
class ScenarioReader
{
  public:
    explicit ScenarioReader(const std::string& file);

    /**
     * Reads the file, in the order of its lines.
     * \throws ScenarioError when it is not a scenario at all
     */
    void ReadFile();

    void ReadOverride(const Scenario::Override& override);

    /** Gives every key that has no value yet its default. */
    void FillDefaults();

    /** Throws the ScenarioError of all mistakes so far, if there are any. */
    void ReportMistakes() const;

    /**
     * Fills in the defaults and checks what one key alone cannot.
     * \throws ScenarioError of all mistakes
     */
    Scenario Finish();

  private:
    /** One value of the file or of the command line. */
    struct Item
    {
        std::string key;
        RawValue raw;
        std::string place;
        std::string folder; //!< where names of files begin
    };

    void Take(const Item& item);
    void TakeKnown(const Item& item);
    void TakeAttribute(const Item& item);
    void CheckTogether();
    void CheckMovement();
    void Expect(bool holds, const std::vector<std::string>& keys, const std::string& what);
    [[noreturn]] void FailUnknown(const std::string& key, const std::string& place) const;

    Scenario m_scenario;
    std::vector<std::string> m_mistakes;
    std::map<std::string, std::pair<std::string, std::string>> m_attributes; //!< value and place
};

} // namespace ns3::roam

#endif
