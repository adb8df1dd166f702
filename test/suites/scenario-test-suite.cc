// SPDX-License-Identifier: GPL-2.0-or-later
// Scenarios: values and keys, measured walks and what is fitted from them, shadowing.

#include "sim/attribute-check.h"
#include "sim/scenario-schema.h"
#include "sim/scenario-value.h"
#include "sim/scheme-table.h"
#include "sim/setting.h"
#include "sim/access/shadowing-loss-model.h"
#include "sim/access/walk-data.h"
#include "sim/access/walk-fit.h"
#include "sim/access/walk-loss-model.h"

#include "ns3/double.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/test.h"
#include "ns3/type-id.h"

#include <cmath>
#include <fstream>
#include <memory>

using namespace ns3;
using namespace ns3::roam;

namespace
{

/** The message of a failing call, "" when it does not fail. */
template <typename F> std::string ErrorOf(F call)
{
    try
    {
        call();
    }
    catch (const ScenarioError& error)
    {
        return error.what();
    }
    return "";
}

bool Contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

class ValuesReadBackAsTheyAreWritten : public TestCase
{
  public:
    ValuesReadBackAsTheyAreWritten() : TestCase("values read back as they are written")
    {
    }

  private:
    void DoRun() override
    {
        struct
        {
            ValueType type;
            const char* text;
            double number;
            const char* written;
        } const cases[] = {{ValueType::TIME, "20ms", 20e6, "20ms"},
                           {ValueType::TIME, "1500us", 1.5e6, "1.5ms"},
                           {ValueType::TIME, "2min", 120e9, "120s"},
                           {ValueType::TIME, "0ms", 0, "0s"},
                           {ValueType::RATE, "2Mbps", 2e6, "2Mbps"},
                           {ValueType::RATE, "2500kbps", 2.5e6, "2.5Mbps"},
                           {ValueType::SPEED, "36km/h", 10, "10m/s"},
                           {ValueType::LENGTH, "-0.4km", -400, "-400m"},
                           {ValueType::LEVEL, "-95.5dBm", -95.5, "-95.5dBm"},
                           {ValueType::GAIN, "3 dB", 3, "3dB"},
                           {ValueType::SIZE, "1kB", 1000, "1kB"}};
        for (const auto& c : cases)
        {
            ValueSpec spec{c.type, -1e12, 1e12, {}};
            Value value = ParseValue(spec, {c.text, true});
            NS_TEST_EXPECT_MSG_EQ_TOL(value.number, c.number, 1e-9, c.text);
            NS_TEST_EXPECT_MSG_EQ(FormatValue(c.type, value), c.written, c.text);
        }
        Value list = ParseValue({ValueType::NUMBERS, -10, 10, {}}, {"[1, -2.5]", false});
        NS_TEST_ASSERT_MSG_EQ(list.numbers.size(), 2, "two numbers");
        NS_TEST_EXPECT_MSG_EQ(list.numbers[1], -2.5, "the second of the list");
    }
};

class WrongValuesSayWhatIsAllowed : public TestCase
{
  public:
    WrongValuesSayWhatIsAllowed() : TestCase("wrong values say what is allowed")
    {
    }

  private:
    void DoRun() override
    {
        ValueSpec time{ValueType::TIME, 1e6, 1e9, {}};
        ValueSpec integer{ValueType::INTEGER, 1, 5, {}};
        ValueSpec choice{ValueType::CHOICE, 0, 0, {"a", "b"}};
        struct
        {
            const ValueSpec& spec;
            RawValue raw;
            const char* found;
        } const cases[] = {{time, {"20", false}, "no unit"},
                           {time, {"20Mbps", true}, "wrong unit"},
                           {time, {"2s", true}, "out of range"},
                           {time, {"0.5ms", true}, "out of range"},
                           {time, {"soon", true}, "not a number"},
                           {time, {"", true}, "not a number"},
                           {time, {"1.5ns", true}, "not a whole number"},
                           {time, {"infs", true}, "not a number"},
                           {integer, {"2.5", false}, "not a whole number"},
                           {integer, {"2", true}, "not a plain number"},
                           {integer, {"6", false}, "out of range"},
                           {choice, {"c", true}, "\"a\" or \"b\""},
                           {choice, {"a", false}, "not in quotes"},
                           {{ValueType::BOOLEAN, 0, 0, {}}, {"yes", false}, "true or false"},
                           {{ValueType::PROBABILITY, 0, 1, {}}, {"150%", true}, "out of range"},
                           {{ValueType::PROBABILITY, 0, 1, {}}, {"0.5", true}, "not a plain"},
                           {{ValueType::PROBABILITY, 0, 1, {}}, {"%", true}, "not a number"},
                           {{ValueType::PROBABILITY, 0, 1, {}}, {"1%%", true}, "not a number"},
                           {{ValueType::PROBABILITY, 0, 1, {}}, {"", true}, "not a number"},
                           {{ValueType::NUMBERS, 0, 1, {}}, {"[2]", false}, "out of range"}};
        for (const auto& c : cases)
        {
            std::string error = ErrorOf([&c]() { ParseValue(c.spec, c.raw); });
            NS_TEST_EXPECT_MSG_EQ(Contains(error, c.found), true, c.raw.text << ": " << error);
            NS_TEST_EXPECT_MSG_EQ(Contains(error, "; expected "), true, error);
        }
    }
};

class APercentageIsAProbability : public TestCase
{
  public:
    APercentageIsAProbability() : TestCase("a percentage is the same number as the probability")
    {
    }

  private:
    void DoRun() override
    {
        const ValueSpec probability{ValueType::PROBABILITY, 0, 1, {}};
        for (const auto& [percentage, number] :
             {std::make_pair("0.5%", "0.005"), std::make_pair("0.7%", "0.007"),
              std::make_pair("100%", "1"), std::make_pair("0%", "0"),
              std::make_pair("12.34%", "0.1234")})
        {
            Value written = ParseValue(probability, {percentage, true});
            NS_TEST_EXPECT_MSG_EQ(FormatValue(ValueType::PROBABILITY, written), number, percentage);
            NS_TEST_EXPECT_MSG_EQ(written.number, ParseValue(probability, {number, false}).number,
                                  percentage);
        }
    }
};

class EveryKeyHasAValidDefault : public TestCase
{
  public:
    EveryKeyHasAValidDefault() : TestCase("every key has a default that it allows")
    {
    }

  private:
    void DoRun() override
    {
        for (const auto& key : GetSchema())
        {
            std::string error = ErrorOf(
                [&key]()
                {
                    Value value = ParseValue(key.value, key.GetDefault());
                    RawValue again{FormatValue(key.value.type, value),
                                   IsQuotedType(key.value.type)};
                    Value back = ParseValue(key.value, again);
                    if (back.number != value.number || back.text != value.text)
                    {
                        throw ScenarioError("reads back as " + again.text);
                    }
                });
            NS_TEST_EXPECT_MSG_EQ(error, "", key.name);
            NS_TEST_EXPECT_MSG_EQ(key.help.empty(), false, key.name << " has no help");
        }
        NS_TEST_EXPECT_MSG_EQ((FindKey("cell.rate") != nullptr), true, "a key that there is");
        NS_TEST_EXPECT_MSG_EQ((FindKey("cell.rat") == nullptr), true, "a key that there is not");
        NS_TEST_EXPECT_MSG_EQ(FindNearest("cel.rat", {"cell.delay", "cell.rate"}), "cell.rate",
                              "the nearest");
        NS_TEST_EXPECT_MSG_EQ(FindNearest("title", {"sctp.rto_min"}), "", "nothing is near");
        for (const auto& scheme : FindKey("scheme")->value.choices)
        {
            NS_TEST_EXPECT_MSG_EQ((FindScheme(scheme) != nullptr), true, scheme);
        }
    }
};

class AttributesOfKeysAreNs3s : public TestCase
{
  public:
    AttributesOfKeysAreNs3s() : TestCase("the attributes that keys set are ns-3's, and guarded")
    {
    }

  private:
    /** A row's key is of the schema, and its attribute one that [attributes] does not get. */
    void Check(const Setting& row)
    {
        const std::string& name = row.attribute;
        auto colons = name.rfind("::");
        TypeId type;
        bool found = TypeId::LookupByNameFailSafe(name.substr(0, colons), &type);
        NS_TEST_ASSERT_MSG_EQ(found, true, name);
        bool declared = false;
        for (std::size_t i = 0; i < type.GetAttributeN(); ++i)
        {
            declared = declared || type.GetAttribute(i).name == name.substr(colons + 2);
        }
        NS_TEST_EXPECT_MSG_EQ(declared, true, name << " is declared by that class");
        NS_TEST_EXPECT_MSG_EQ((row.key.empty() || FindKey(row.key)), true, row.key);
        std::string error = ErrorOf([&name]() { CheckAttribute(name, "1"); });
        NS_TEST_EXPECT_MSG_EQ(Contains(error, row.key.empty() ? "no key" : row.key), true,
                              name << ": " << error);
    }

    void DoRun() override
    {
        for (const auto& row : GetSettings())
        {
            Check(row);
        }
        // by the name of a class that inherits it, too
        std::string inherited =
            ErrorOf([]() { CheckAttribute("ns3::roam::RadioDevice::QueueSize", "3p"); });
        NS_TEST_EXPECT_MSG_EQ(Contains(inherited, "cell.queue"), true, inherited);
        NS_TEST_EXPECT_MSG_EQ(ErrorOf([]() { CheckAttribute("ns3::TcpSocket::SegmentSize", "9"); }),
                              "", "a good one");
        for (const auto& [name, value] : {std::make_pair("ns3::TcpSocket::SegmentSize", "1k"),
                                          std::make_pair("ns3::TcpSocket::ConnTimeout", "3x"),
                                          std::make_pair("ns3::Nothing::SegmentSize", "1"),
                                          std::make_pair("ns3::TcpSocket::Segment", "1")})
        {
            std::string error = ErrorOf([n = name, v = value]() { CheckAttribute(n, v); });
            NS_TEST_EXPECT_MSG_EQ(Contains(error, "; expected"), true, name << ": " << error);
        }
    }
};

class SettingsGoThereAndBack : public TestCase
{
  public:
    SettingsGoThereAndBack() : TestCase("a class's default goes to its key and back")
    {
    }

  private:
    void DoRun() override
    {
        uint32_t compared = 0;
        for (const auto& row : GetSettings())
        {
            if (!row.toKey || row.attribute.compare(0, 11, "ns3::roam::") != 0)
            {
                continue;
            }
            auto colons = row.attribute.rfind("::");
            TypeId::AttributeInformation info;
            TypeId::LookupByName(row.attribute.substr(0, colons))
                .LookupAttributeByName(row.attribute.substr(colons + 2), &info);
            Ptr<AttributeValue> back =
                info.checker->CreateValidValue(*row.toAttribute(row.toKey(info)));
            NS_TEST_ASSERT_MSG_EQ((back != nullptr), true, row.attribute);
            NS_TEST_EXPECT_MSG_EQ(back->SerializeToString(info.checker),
                                  info.originalInitialValue->SerializeToString(info.checker),
                                  row.attribute);
            ++compared;
        }
        NS_TEST_EXPECT_MSG_GT(compared, 40, "rows with a way back");
    }
};

/** A file with a walk of these lines, under the suite's folder for temporary files. */
std::string WriteWalk(const std::string& file, const std::string& lines)
{
    std::ofstream(file) << "time_s,x_m,y_m,speed_mps,cell,signal_dbm\n" << lines;
    return file;
}

class BrokenWalksNameTheirLine : public TestCase
{
  public:
    BrokenWalksNameTheirLine() : TestCase("a walk with a broken line names file and line")
    {
    }

  private:
    void DoRun() override
    {
        const char* const broken[] = {
            "5,1,2,0,1\n",       "5,1,2,0,1,-80,7\n", "5,x,2,0,1,-80\n",
            "0,1,2,0,1,-80\n",   "5,1,2,0,0,-80\n",   "5,1,2,0,1.5,-80\n",
            "5,1,2,0,1,-8000\n", "5,1,2,0,1,nan\n",   "1e-10,1,2,0,1,-80\n"};
        std::string file = CreateTempDirFilename("broken.csv");
        for (const char* line : broken)
        {
            WriteWalk(file, std::string("0,0,0,0,1,-80\n") + line);
            std::string error = ErrorOf([&file]() { ReadWalk(file); });
            NS_TEST_EXPECT_MSG_EQ(error.find(file + ":3: found "), 0, line << " -> " << error);
        }
        WriteWalk(file, "0,0,0,0,1,-80\n");
        NS_TEST_EXPECT_MSG_EQ(Contains(ErrorOf([&file]() { ReadWalk(file); }), "two or more"), true,
                              "one sample is no walk");
        NS_TEST_EXPECT_MSG_EQ(
            Contains(ErrorOf([]() { ReadWalk("no/such.csv"); }), "cannot be read"), true,
            "a file that is not there");
        WriteWalk(file, "0,0,0,0,1,-80\r\n5,1,0,0,2,-81\r\n");
        NS_TEST_EXPECT_MSG_EQ(ReadWalk(file).size(), 2, "lines may end in CR LF");
        WriteWalk(file, "0,0,0,0,1,-80\n5,1,0,0,2,-81\n\r\n\n");
        NS_TEST_EXPECT_MSG_EQ(ReadWalk(file).size(), 2, "blank lines may be the last");
        std::ofstream(file) << "\xEF\xBB\xBFtime_s,x_m,y_m,speed_mps,cell,signal_dbm\n"
                               "0,0,0,0,1,-80\n5,1,0,0,2,-81\n";
        NS_TEST_EXPECT_MSG_EQ(ReadWalk(file).size(), 2, "a byte order mark is no part of a name");
        WriteWalk(file, "0,0,0,0,1,-80\n\n5,1,0,0,2,loud\n");
        std::string two = ErrorOf([&file]() { ReadWalk(file); });
        NS_TEST_EXPECT_MSG_EQ(Contains(two, file + ":3: a blank line"), true, two);
        NS_TEST_EXPECT_MSG_EQ(Contains(two, "\n" + file + ":4: found"), true,
                              "all mistakes are reported: " << two);
    }
};

class WalksAreCutAndCounted : public TestCase
{
  public:
    WalksAreCutAndCounted() : TestCase("changes of cell are counted, and walks cut")
    {
    }

  private:
    void DoRun() override
    {
        const Walk walk{{0, 0, 0, 0, 5, -80},
                        {5, 1, 0, 0, 5, -81},
                        {9, 2, 0, 0, 3, -82},
                        {12, 3, 0, 0, 5, -83}};
        auto changes = GetChanges(walk);
        NS_TEST_ASSERT_MSG_EQ(changes.size(), 2, "5 to 3 to 5");
        NS_TEST_EXPECT_MSG_EQ(changes[0].time, 9, "at the first sample in the new cell");
        NS_TEST_EXPECT_MSG_EQ(changes[1].to, 5, "back");
        NS_TEST_EXPECT_MSG_EQ(GetCells(walk).size(), 2, "each cell once");
        NS_TEST_EXPECT_MSG_EQ(GetCells(walk)[0], 5, "in the order of serving");
        Walk part = CutWalk(walk, 5, 11);
        NS_TEST_ASSERT_MSG_EQ(part.size(), 2, "5 to 9 s");
        NS_TEST_EXPECT_MSG_EQ(part[1].time, 4, "times begin at 0");
        NS_TEST_EXPECT_MSG_EQ(FindWalksOfArea(ROAM_WALKS "/lacolyoc-03.csv").size(), 12, "an area");
        NS_TEST_EXPECT_MSG_EQ(FindWalksOfArea(ROAM_WALKS "/uottawa-01.csv").size(), 2, "another");
        NS_TEST_EXPECT_MSG_EQ(GetChanges(ReadWalk(ROAM_WALKS "/lacolyoc-01.csv")).size(), 46,
                              "the longest walk");
    }
};

class FitBeatsThePlainMean : public TestCase
{
  public:
    FitBeatsThePlainMean() : TestCase("each walk is predicted from the others better than by means")
    {
    }

  private:
    void DoRun() override
    {
        std::vector<Walk> walks;
        for (const auto& file : FindWalksOfArea(ROAM_WALKS "/lacolyoc-01.csv"))
        {
            walks.push_back(ReadWalk(file));
        }
        double fitted = 0;
        double plain = 0;
        std::size_t n = 0;
        for (std::size_t left = 0; left < walks.size(); ++left)
        {
            std::vector<Walk> others = walks;
            others.erase(others.begin() + static_cast<std::ptrdiff_t>(left));
            WalkFit fit(others);
            for (const auto& sample : walks[left])
            {
                if (fit.Knows(sample.cell))
                {
                    fitted +=
                        std::pow(fit.GetLevel(sample.cell, sample.x, sample.y) - sample.level, 2);
                    plain += std::pow(fit.GetMean(sample.cell) - sample.level, 2);
                    ++n;
                }
            }
        }
        NS_TEST_ASSERT_MSG_EQ(n, 1485, "samples of cells that the other walks know");
        NS_TEST_EXPECT_MSG_EQ_TOL(std::sqrt(plain / n), 6.72, 0.01, "plain means, dB");
        NS_TEST_EXPECT_MSG_EQ_TOL(std::sqrt(fitted / n), 4.95, 0.01, "the fit, dB");
        WalkFit all(walks);
        NS_TEST_EXPECT_MSG_LT(all.GetLevel(48, 5000, 5000), all.GetMean(48) - 20,
                              "far from where a cell served it is weak");
    }
};

class ServingLevelIsTheMeasuredOne : public TestCase
{
  public:
    ServingLevelIsTheMeasuredOne() : TestCase("the level of the serving cell is the measured one")
    {
    }

  private:
    void DoRun() override
    {
        auto walk = std::make_shared<const Walk>(Walk{{0, 0, 0, 0, 1, -80},
                                                      {10, 100, 0, 0, 1, -90},
                                                      {20, 200, 0, 0, 2, -70},
                                                      {30, 300, 0, 0, 2, -60}});
        auto fit = std::make_shared<const WalkFit>(std::vector<Walk>{*walk});
        Ptr<WalkLossModel> one = CreateObject<WalkLossModel>();
        Ptr<WalkLossModel> two = CreateObject<WalkLossModel>();
        one->SetWalk(1, walk, fit);
        two->SetWalk(2, walk, fit);
        NS_TEST_EXPECT_MSG_EQ(one->GetLevel(0, 0, 0), -80, "the first sample");
        NS_TEST_EXPECT_MSG_EQ(one->GetLevel(5, 50, 0), -85, "between two samples");
        NS_TEST_EXPECT_MSG_EQ(two->GetLevel(30, 300, 0), -60, "the last sample");
        NS_TEST_EXPECT_MSG_EQ(two->GetLevel(99, 300, 0), -60, "after the end");
        double estimate = fit->GetLevel(2, 100, 0);
        NS_TEST_EXPECT_MSG_EQ_TOL(two->GetLevel(15, 150, 0), (estimate - 70) / 2, 1e-9,
                                  "half way from the estimate to the measured level");
        NS_TEST_EXPECT_MSG_EQ(two->GetLevel(5, 50, 0), fit->GetLevel(2, 50, 0), "a neighbour");
        // nothing jumps where a cell begins to serve
        NS_TEST_EXPECT_MSG_EQ_TOL(two->GetLevel(9.999999, 100, 0), two->GetLevel(10.000001, 100, 0),
                                  1e-3, "from neighbour to next");
    }
};

class ShadowingBelongsToPlaces : public TestCase
{
  public:
    ShadowingBelongsToPlaces() : TestCase("shadowing has its deviation and correlation")
    {
    }

  private:
    void DoRun() override
    {
        RngSeedManager::SetSeed(1);
        RngSeedManager::SetRun(1);
        double squares = 0;
        double products = 0;
        int n = 0;
        for (int64_t stream = 0; stream < 400; ++stream)
        {
            Ptr<ShadowingLossModel> model = CreateObject<ShadowingLossModel>();
            model->SetAttribute("Deviation", DoubleValue(4));
            model->SetAttribute("Distance", DoubleValue(25));
            model->AssignStreams(stream);
            for (double x = 0; x < 1000; x += 100)
            {
                double here = model->GetShadowing(x, 0);
                squares += here * here;
                products += here * model->GetShadowing(x, 25);
                ++n;
            }
        }
        NS_TEST_EXPECT_MSG_EQ_TOL(std::sqrt(squares / n), 4, 0.2, "deviation, dB");
        NS_TEST_EXPECT_MSG_EQ_TOL(products / squares, std::exp(-1), 0.06, "correlation at 25 m");

        Ptr<ShadowingLossModel> a = CreateObject<ShadowingLossModel>();
        Ptr<ShadowingLossModel> b = CreateObject<ShadowingLossModel>();
        Ptr<ShadowingLossModel> c = CreateObject<ShadowingLossModel>();
        a->AssignStreams(7);
        b->AssignStreams(7);
        c->AssignStreams(8);
        double first = a->GetShadowing(10, 20);
        b->GetShadowing(500, 600);
        NS_TEST_EXPECT_MSG_EQ(b->GetShadowing(10, 20), first, "asked in another order");
        NS_TEST_EXPECT_MSG_EQ((c->GetShadowing(10, 20) != first), true, "another cell");
    }
};

class ScenarioTestSuite : public TestSuite
{
  public:
    ScenarioTestSuite() : TestSuite("roam-scenario", TestSuite::Type::UNIT)
    {
        AddTestCase(new ValuesReadBackAsTheyAreWritten);
        AddTestCase(new WrongValuesSayWhatIsAllowed);
        AddTestCase(new APercentageIsAProbability);
        AddTestCase(new EveryKeyHasAValidDefault);
        AddTestCase(new AttributesOfKeysAreNs3s);
        AddTestCase(new SettingsGoThereAndBack);
        AddTestCase(new BrokenWalksNameTheirLine);
        AddTestCase(new WalksAreCutAndCounted);
        AddTestCase(new FitBeatsThePlainMean);
        AddTestCase(new ServingLevelIsTheMeasuredOne);
        AddTestCase(new ShadowingBelongsToPlaces);
    }
};

ScenarioTestSuite g_scenarioTestSuite; //!< registers itself

} // namespace
