"""Messages by the book, as a cell counter, an immunoassay analyser and a nanite counter send them.

Pure: what is measured comes from a seed (`measuring`), how it is written from the dialect (`astm`,
`hl7`), and what goes wrong on the way is data (`faults`). Who sends them over a socket is
`assays.senders`. Everything here is invented; no instrument's maker is imitated.
"""
