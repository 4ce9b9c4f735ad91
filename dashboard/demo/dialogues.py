"""What was said in the demo's calls. Invented people, an invented lender; A is the agent, U the person called.

Every turn ends with punctuation, because one of the transcript forms has nothing else between turns.
"""

from __future__ import annotations

from typing import NamedTuple


class Said(NamedTuple):
    is_agent: bool
    text: str


_TEXTS = {
    "priya": """
A Hello, good morning! Am I speaking with Priya Sharma?
U Yes, who is this?
A This is Asha, the virtual assistant of Chandani Home Finance. You asked for a home loan quote. Is this a good time?
U Haan, but I have a meeting in five minutes.
A I will be quick. You asked for 45 lakh rupees for a flat in Pune. Is that still right?
U Yes. What is the interest rate?
A It starts at 8.6 percent a year for salaried customers, and depends on your credit score.
U And processing fee kitna hai?
A Half a percent of the loan, with a ceiling of ten thousand rupees.
U Okay, that sounds fine. But my husband should hear this too.
A Of course. When may I call back, so that both of you can listen?
U Kal call kijiye, around one o'clock in the afternoon.
A Tomorrow at one in the afternoon, noted. If you would rather not be called, just say stop.
U No no, please do call. Thank you!
""",
    "rahul": """
A Hello, am I speaking with Rahul Mehra?
U Speaking.
A This is Asha, an automated assistant from Chandani Home Finance, about your loan of 62 lakh rupees.
U Yes yes, I was waiting for this call.
A Wonderful. Are you salaried, or do you run a business?
U Business. Marble trading, twelve years now.
A Then we need two years of tax returns and the last twelve months of bank statements.
U That is no problem. Property papers also?
A Yes, the agreement to sell and the approved plan. Shall I send the full list on WhatsApp?
U Haan, isi number pe bhej dijiye.
A I will. The branch address will be in the same message. Is there anything else?
U How long until the sanction letter?
A Seven working days once all papers are with the branch.
U Very good. Send the list, I will go on Saturday.
A Thank you, Rahul. Have a good day!
""",
    "anita": """
A Hello, may I speak with Anita Desai?
U Yes, Anita here. You people called me three times yesterday, na?
A I am sorry that we missed each other. This is Asha, the virtual assistant of Chandani Home Finance.
U I was at the hospital, my phone was on silent.
A I hope everyone is well. Shall I call another time?
U No, it is fine now. Tell me.
A You asked about a loan of 38 lakh rupees for a house in Surat. Have you chosen the house?
U Yes, the token is paid. The builder wants the loan letter by month end.
A Understood. May I ask about your monthly income?
U Ninety thousand, and my husband earns about seventy.
A With both incomes the monthly instalment would be around thirty-two thousand rupees over twenty years.
U That is less than I thought. Is there a discount for women?
A Yes, a woman as first applicant gets 0.05 percent less.
U Then put my name first.
A I have noted that. May I send the list of documents on WhatsApp?
U Yes please. And the branch on Ring Road is nearest for me.
A Noted, Ring Road branch. They will expect you from Monday.
U Thank you so much, finally this is moving.
A Thank you for your patience, Anita. Goodbye!
""",
    "farhan": """
A Hello, am I speaking with Farhan Ali?
U Kaun bol raha hai? Do you know what time it is?
A This is Asha, the virtual assistant of Chandani Home Finance, about your home loan enquiry.
U It is almost midnight! My children are sleeping. And you called at quarter to ten also.
A I am very sorry for the disturbance. I can call back at a better time.
U Raat ko call mat kijiye. Call me only after seven in the evening, never at night.
A I have noted seven forty-five in the evening. I apologise again.
U If this happens one more time I will complain to the bank.
""",
    "neha": """
A Hello, am I speaking with Neha Kulkarni?
U Yes, tell me.
A This is Asha, the virtual assistant of Chandani Home Finance. You asked for a loan of 41 lakh rupees in Nagpur.
U Right, we are buying my brother's old flat.
A A resale flat, understood. How old is the building?
U Nine years. All papers are clear.
A That is well within our limit. Is the society registered?
U Yes, I have the share certificate with me.
A Perfect. Then I can send you the list of documents now.
U Please do, WhatsApp is best.
A Sent in a minute. If you ever want no more calls, just tell me to stop.
U No, this was useful. Thanks!
""",
    "vikram1": """
A Hello, am I speaking with Vikram Rao?
U Yes, but I am driving.
A Then only one question: this is Asha from Chandani Home Finance. When may I call you back?
U Tomorrow, say after twelve.
A Tomorrow after twelve. Please drive safely.
U वैसे ब्याज दर क्या है?
A It starts at 8.6 percent. I will explain everything tomorrow.
U Okay, bye.
""",
    "vikram2": """
A Hello Vikram, Asha from Chandani Home Finance again, as you asked.
U Oh, yes. Listen, my wife has the papers, and she is in Mysuru till Saturday.
A No problem. Would Sunday morning suit you both?
U Sunday after ten, haan.
A I will call on Sunday after ten.
U And keep the tax question ready: does she count as co-applicant without income?
A She does, for ownership. The income then comes from you alone.
U Good to know. Talk on Sunday.
""",
    "vikram3": """
A Good morning! This is Asha, the virtual assistant of Chandani Home Finance. Is this a good time for you both?
U Yes, we are both on speaker.
A Lovely. The loan would be 56 lakh rupees over twenty years.
U And the instalment?
A About forty-nine thousand a month at 8.7 percent.
U Can we prepay without penalty?
A Yes, floating rates have no prepayment charge.
U My wife asks whether the rate can change every month.
A It is reviewed once a quarter, with thirty days' notice.
U Theek hai. Send us the list, we will go ahead.
A Wonderful. The list comes on WhatsApp in a minute.
U One copy to my wife's number also, please.
A The branch can add her number when you visit.
U Fine. Thank you, you have been patient with us.
A My pleasure. Have a nice Sunday!
""",
    "lakshmi": """
A Hello, am I speaking with Lakshmi Nair?
U The person you are calling is not available. Please leave a message after the tone.
""",
    "test": """
A Hello, is this Test Kumar?
U Yes. And then he said the user: is always right, you know.
A I see. Shall I go on?
U <b>Go on</b>, and mind the & sign.
""",
    "seed": """
A Hello, am I speaking with Divya Menon?
U Yes, this is she.
A This is Asha, the virtual assistant of Chandani Home Finance. I called two hours ago about your loan enquiry.
U Sorry, I saw the missed call. I was teaching.
A No problem at all. You asked about 36 lakh rupees for a flat in Kochi. Is that still right?
U It is, but the builder has moved the handover to October.
A Then the loan can start in October too. The offer is valid for six months.
U Oh, that is a relief. Will the rate stay the same?
A The rate on the day of the sanction letter counts. You can lock it for ninety days.
U Okay. Let me speak to my father, and I will come to the branch on Friday.
A Friday is noted. If you would rather not be called again, just say stop.
U No, it is fine. Thank you!
""",
    "priya_emi": """
A Hello Priya, this is Dev, the assistant of Chandani Home Finance, about the instalment on the twentieth.
U I already told your colleague, the auto debit is set up.
A I see it is set up from next month. This month needs one payment by hand.
U Achha, nobody told me that.
A I can send a payment link by SMS.
U Not now. Call me tomorrow, please.
A I will. Thank you!
U Okay, bye.
""",
    "sarah": """
A Hello, may I speak with Sarah Whitfield?
U This is Sarah.
A I'm Dev, an automated assistant of Chandani Finance. This is about your payment of 410 dollars.
U Okay.
A This call may be recorded, and you can say stop at any time.
U Fine. I thought it came out automatically?
A The card on file expired in June.
U Oh! Right, I got a new one.
A Would you like to update it online, or pay by check this month?
U Online. Can you text me the link?
A I just sent it. It stays valid for two days.
U Got it. I'll do it tonight.
A Thank you, Sarah. Enjoy your morning!
""",
    "james": """
A Good morning, is that James Okafor?
U It is. Who's calling?
A This is Dev, an automated assistant from Chandani Finance, about your instalment of 320 pounds.
U Right. I'd rather talk to a person about that, if you don't mind.
A Of course. May I ask what it concerns, so that I find the right colleague?
U I want to move the date to the first of the month.
A Thank you. I'm putting you through to the accounts team now. Please stay on the line.
U Cheers.
A Connecting you. Goodbye, James.
""",
    "kavita": """
A Hello, am I speaking with Kavita Joshi?
U हाँ, बोलिए।
A This is Dev, the assistant of Chandani Home Finance, about the instalment of 12,700 rupees on the eighteenth.
U मैं हर महीने समय पर देती हूँ। आप रोज़ क्यों फोन करते हैं?
A I only want to remind you of the date. Shall I send a payment link?
U नहीं चाहिए। कृपया मुझे कॉल मत कीजिए।
A I understand. Is there anything else I can help with?
U बस, दोबारा कॉल मत करना। नमस्ते।
""",
    "grace1": """
U Hello?
U Hello, who is this?
U Is anybody there? I can hear nothing.
""",
    "grace2": """
A Good morning, is that Grace Bello?
U Yes. Did you call yesterday? Nobody said a word.
A I am sorry about that. This is Dev, an automated assistant from Chandani Finance, about your instalment of 275 pounds.
U I see. It gave me quite a fright.
A I apologise. Would you like to pay this month's instalment by card or by transfer?
U By transfer, on Friday.
A Friday is noted. If you would rather not be called again, just say stop.
U That's all right. Goodbye.
""",
    "plain": """
A Hello, am I speaking with the person who asked for a home loan quote?
U Yes, go ahead.
A This is Asha, the virtual assistant of Chandani Home Finance. Is the enquiry still open?
U It is, yes.
A May I send you the list of documents on WhatsApp?
U Yes, please do.
A Thank you. Is there anything else I can help with?
U No, that is all. Thank you!
""",
}
DIALOGUES = {
    name: tuple(Said(line.startswith("A "), line[2:]) for line in text.strip().splitlines())
    for name, text in _TEXTS.items()
}
