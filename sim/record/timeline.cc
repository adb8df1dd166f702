/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/record/timeline.h"

#include "sim/record/result-text.h"

namespace ns3::roam
{

Timeline::Timeline() : m_text("time,event,flow,path,seq,bytes,value,text\n")
{
}

void Timeline::Add(Time now, const TimelineRow& row)
{
    m_text += TimeText(now) + "," + row.event + "," + row.flow + "," + row.path + "," +
              (row.seq ? std::to_string(*row.seq) : "") + "," +
              (row.bytes ? std::to_string(*row.bytes) : "") + "," + row.value + "," +
              CsvField(row.text) + "\n";
}

const std::string& Timeline::GetText() const
{
    return m_text;
}

} // namespace ns3::roam
